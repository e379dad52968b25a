package io.ternmq.protocol.body;

import java.util.Map;
import tools.jackson.databind.annotation.JsonSerialize;

/** Body of the answer to GET_TOPIC_STATS_INFO (code 202): what each queue of a topic holds. */
public record TopicStats(
        @JsonSerialize(using = QueueMaps.Writer.class) Map<MessageQueue, QueueRange> offsetTable, double topicPutTps) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public TopicStats {
        offsetTable = offsetTable == null ? Map.of() : offsetTable;
    }

    /**
     * What one queue holds.
     *
     * @param minOffset offset of its first message
     * @param maxOffset offset that its next message gets
     * @param lastUpdateTimestamp when its last message was stored, epoch milliseconds; 0 if there is none
     */
    public record QueueRange(long minOffset, long maxOffset, long lastUpdateTimestamp) {}
}
