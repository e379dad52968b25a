package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;

/** Header that names a queue: GET_MAX_OFFSET (30), GET_MIN_OFFSET (31), GET_EARLIEST_MSG_STORETIME (32). */
public record QueueHeader(String topic, int queueId) {
    /** Reads the fields. */
    public static QueueHeader decode(Fields fields) throws CommandException {
        return new QueueHeader(fields.require("topic"), fields.requireInt("queueId"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder().put("topic", topic).put("queueId", queueId).build();
    }
}
