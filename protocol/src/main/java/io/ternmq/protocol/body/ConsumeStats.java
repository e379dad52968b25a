package io.ternmq.protocol.body;

import java.util.Map;
import tools.jackson.databind.annotation.JsonSerialize;

/** Body of the answer to GET_CONSUME_STATS (code 208): how far a group has consumed each queue. */
public record ConsumeStats(
        @JsonSerialize(using = QueueMaps.Writer.class) Map<MessageQueue, QueueProgress> offsetTable,
        double consumeTps) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumeStats {
        offsetTable = offsetTable == null ? Map.of() : offsetTable;
    }

    /**
     * A group's progress on one queue.
     *
     * @param brokerOffset end of the queue
     * @param consumerOffset what is consumed next
     * @param pullOffset what is pulled next
     * @param lastTimestamp when the last message that was consumed had been stored, epoch milliseconds; 0 if there is none
     */
    public record QueueProgress(long brokerOffset, long consumerOffset, long pullOffset, long lastTimestamp) {}
}
