package io.ternmq.protocol.body;

import java.util.Map;

/** Body of the answer to QUERY_CORRECTION_OFFSET (code 308): by queue, the least offset that the groups asked about have reached. */
public record CorrectionOffsets(Map<Integer, Long> correctionOffsets) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public CorrectionOffsets {
        correctionOffsets = correctionOffsets == null ? Map.of() : correctionOffsets;
    }
}
