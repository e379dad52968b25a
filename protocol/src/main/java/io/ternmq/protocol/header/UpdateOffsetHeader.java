package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;

/**
 * Header of UPDATE_CONSUMER_OFFSET (code 15).
 *
 * @param commitOffset the offset to consume next
 */
public record UpdateOffsetHeader(String consumerGroup, String topic, int queueId, long commitOffset) {
    /** Reads the fields. */
    public static UpdateOffsetHeader decode(Fields fields) throws CommandException {
        return new UpdateOffsetHeader(
                fields.require("consumerGroup"),
                fields.require("topic"),
                fields.requireInt("queueId"),
                fields.requireLong("commitOffset"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("consumerGroup", consumerGroup)
                .put("topic", topic)
                .put("queueId", queueId)
                .put("commitOffset", commitOffset)
                .build();
    }
}
