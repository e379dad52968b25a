package io.ternmq.protocol.body;

import java.util.Map;

/** Body of the answer to GET_ALL_CONSUMER_OFFSET (code 43): offsets by {@code topic@group} and queue. */
public record AllConsumerOffsets(Map<String, Map<Integer, Long>> offsetTable) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public AllConsumerOffsets {
        offsetTable = offsetTable == null ? Map.of() : offsetTable;
    }
}
