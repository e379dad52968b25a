package io.ternmq.protocol.body;

import java.util.Map;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * Body that tells where consumers stand: of one client (the answer to code 221), or of several (the answer to code 223).
 *
 * @param messageQueueTable offset by queue, of one client
 * @param consumerTable the same by client id
 */
public record ConsumerStatus(
        @JsonSerialize(using = QueueMaps.Writer.class) Map<MessageQueue, Long> messageQueueTable,

        @JsonSerialize(contentUsing = QueueMaps.Writer.class)
        Map<String, Map<MessageQueue, Long>> consumerTable) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumerStatus {
        messageQueueTable = messageQueueTable == null ? Map.of() : messageQueueTable;
        consumerTable = consumerTable == null ? Map.of() : consumerTable;
    }
}
