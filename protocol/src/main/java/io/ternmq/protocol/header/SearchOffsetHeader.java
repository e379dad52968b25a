package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;

/**
 * Header of SEARCH_OFFSET_BY_TIMESTAMP (code 29).
 *
 * @param timestamp epoch milliseconds
 * @param upper whether the last offset not after the timestamp is wanted; else the first not before it
 */
public record SearchOffsetHeader(String topic, int queueId, long timestamp, boolean upper) {
    /** Reads the fields; ONS clients name the boundary {@code boundary}. */
    public static SearchOffsetHeader decode(Fields fields) throws CommandException {
        String boundary = fields.get("boundaryType", fields.get("boundary", "lower"));
        return new SearchOffsetHeader(
                fields.require("topic"),
                fields.requireInt("queueId"),
                fields.requireLong("timestamp"),
                boundary.equalsIgnoreCase("upper"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("topic", topic)
                .put("queueId", queueId)
                .put("timestamp", timestamp)
                .put("boundaryType", upper ? "UPPER" : "LOWER")
                .build();
    }
}
