package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of CONSUMER_SEND_MSG_BACK (code 36): deliver this message again later.
 *
 * @param commitLogOffset where the record lies
 * @param delayLevel 0: the broker decides; negative: to the dead letters at once
 * @param maxReconsumeTimes the consumer's own limit
 * @param delayMillis our own: the delay in milliseconds, which counts instead of the level; genuine brokers do not look at it
 */
public record SendBackHeader(
        long commitLogOffset,
        String group,
        int delayLevel,
        @Nullable String originMessageId,
        @Nullable String originTopic,
        @Nullable Integer maxReconsumeTimes,
        @Nullable Long delayMillis) {

    /** Reads the fields. */
    public static SendBackHeader decode(Fields fields) throws CommandException {
        return new SendBackHeader(
                fields.requireLong("offset"),
                fields.require("group"),
                fields.requireInt("delayLevel"),
                fields.get("originMsgId"),
                fields.get("originTopic"),
                fields.get("maxReconsumeTimes") == null
                        ? null
                        : Integer.valueOf(fields.requireInt("maxReconsumeTimes")),
                fields.get("delayMillis") == null ? null : Long.valueOf(fields.requireLong("delayMillis")));
    }

    /** Returns the fields. */
    public Fields encode() {
        Fields.Builder fields = Fields.builder()
                .put("offset", commitLogOffset)
                .put("group", group)
                .put("delayLevel", delayLevel)
                .put("originMsgId", originMessageId)
                .put("originTopic", originTopic)
                .put("unitMode", false);
        if (maxReconsumeTimes != null) {
            fields.put("maxReconsumeTimes", maxReconsumeTimes.longValue());
        }
        if (delayMillis != null) {
            fields.put("delayMillis", delayMillis.longValue());
        }
        return fields.build();
    }
}
