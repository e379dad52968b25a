package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of a send (codes 10, 310, 320). Code 10 spells the names out, the others use one letter each.
 *
 * @param defaultTopic the template to create the topic by, normally TBW102
 * @param defaultTopicQueues how many queues the producer would like a created topic to have
 * @param queueId negative: the broker chooses
 * @param bornTimestamp epoch milliseconds
 * @param properties text form of the message's properties, or the batch-level ones
 * @param maxReconsumeTimes only in sends to a retry topic
 */
public record SendHeader(
        String producerGroup,
        String topic,
        String defaultTopic,
        int defaultTopicQueues,
        int queueId,
        int sysFlag,
        long bornTimestamp,
        int flag,
        String properties,
        int reconsumeTimes,
        @Nullable Integer maxReconsumeTimes,
        boolean batch) {

    /** Reads the short names of codes 310 and 320. */
    public static SendHeader decode(Fields fields) throws CommandException {
        return new SendHeader(
                fields.require("a"),
                fields.require("b"),
                fields.require("c"),
                fields.requireInt("d"),
                fields.requireInt("e"),
                fields.requireInt("f"),
                fields.requireLong("g"),
                fields.requireInt("h"),
                fields.get("i", ""),
                fields.getInt("j", 0),
                fields.get("l") == null ? null : Integer.valueOf(fields.requireInt("l")),
                fields.getBoolean("m"));
    }

    /** Reads the long names of code 10. */
    public static SendHeader decodeLong(Fields fields) throws CommandException {
        return new SendHeader(
                fields.require("producerGroup"),
                fields.require("topic"),
                fields.require("defaultTopic"),
                fields.requireInt("defaultTopicQueueNums"),
                fields.requireInt("queueId"),
                fields.requireInt("sysFlag"),
                fields.requireLong("bornTimestamp"),
                fields.requireInt("flag"),
                fields.get("properties", ""),
                fields.getInt("reconsumeTimes", 0),
                fields.get("maxReconsumeTimes") == null
                        ? null
                        : Integer.valueOf(fields.requireInt("maxReconsumeTimes")),
                fields.getBoolean("batch"));
    }

    /** Returns this header with other properties. */
    public SendHeader withProperties(String other) {
        return new SendHeader(
                producerGroup,
                topic,
                defaultTopic,
                defaultTopicQueues,
                queueId,
                sysFlag,
                bornTimestamp,
                flag,
                other,
                reconsumeTimes,
                maxReconsumeTimes,
                batch);
    }

    /** Returns the fields with the short names. */
    public Fields encode() {
        Fields.Builder fields = Fields.builder()
                .put("a", producerGroup)
                .put("b", topic)
                .put("c", defaultTopic)
                .put("d", defaultTopicQueues)
                .put("e", queueId)
                .put("f", sysFlag)
                .put("g", bornTimestamp)
                .put("h", flag)
                .put("i", properties)
                .put("j", reconsumeTimes)
                .put("k", false);
        if (maxReconsumeTimes != null) {
            fields.put("l", maxReconsumeTimes.longValue());
        }
        return fields.put("m", batch).build();
    }
}
