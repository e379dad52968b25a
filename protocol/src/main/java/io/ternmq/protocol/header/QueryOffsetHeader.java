package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;

/**
 * Header of QUERY_CONSUMER_OFFSET (code 14).
 *
 * @param zeroIfNotFound whether a young queue may be answered with 0; older clients do not send it and mean yes
 */
public record QueryOffsetHeader(String consumerGroup, String topic, int queueId, boolean zeroIfNotFound) {
    /** Reads the fields. */
    public static QueryOffsetHeader decode(Fields fields) throws CommandException {
        return new QueryOffsetHeader(
                fields.require("consumerGroup"),
                fields.require("topic"),
                fields.requireInt("queueId"),
                !"false".equals(fields.get("setZeroIfNotFound")));
    }

    /** Returns the fields. */
    public Fields encode() {
        Fields.Builder fields = Fields.builder()
                .put("consumerGroup", consumerGroup)
                .put("topic", topic)
                .put("queueId", queueId);
        return zeroIfNotFound
                ? fields.build()
                : fields.put("setZeroIfNotFound", false).build();
    }
}
