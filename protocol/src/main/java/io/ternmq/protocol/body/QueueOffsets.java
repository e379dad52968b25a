package io.ternmq.protocol.body;

import java.util.Map;
import tools.jackson.databind.annotation.JsonSerialize;

/** Body that tells an offset for each queue: where a reset has put a group (codes 220 and 222). */
public record QueueOffsets(
        @JsonSerialize(using = QueueMaps.Writer.class) Map<MessageQueue, Long> offsetTable) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public QueueOffsets {
        offsetTable = offsetTable == null ? Map.of() : offsetTable;
    }
}
