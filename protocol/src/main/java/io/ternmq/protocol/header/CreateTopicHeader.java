package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.body.TopicConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Header of UPDATE_AND_CREATE_TOPIC (code 17).
 *
 * @param defaultTopic the template, kept for genuine brokers which require the field
 */
public record CreateTopicHeader(TopicConfig topic, String defaultTopic) {
    /** Reads the fields. */
    public static CreateTopicHeader decode(Fields fields) throws CommandException {
        TopicConfig topic = new TopicConfig(
                fields.require("topic"),
                fields.requireInt("readQueueNums"),
                fields.requireInt("writeQueueNums"),
                fields.requireInt("perm"),
                fields.get("topicFilterType", "SINGLE_TAG"),
                fields.getInt("topicSysFlag", 0),
                fields.getBoolean("order"),
                decodeAttributes(fields.get("attributes", "")));
        return new CreateTopicHeader(topic, fields.get("defaultTopic", ""));
    }

    /** Returns the fields. */
    public Fields encode() {
        Fields.Builder fields = Fields.builder()
                .put("topic", topic.topicName())
                .put("defaultTopic", defaultTopic)
                .put("readQueueNums", topic.readQueueNums())
                .put("writeQueueNums", topic.writeQueueNums())
                .put("perm", topic.perm())
                .put("topicFilterType", topic.topicFilterType())
                .put("topicSysFlag", topic.topicSysFlag())
                .put("order", topic.order());
        return topic.attributes().isEmpty()
                ? fields.build()
                : fields.put("attributes", encodeAttributes(topic.attributes())).build();
    }

    /** Reads {@code +name=value,-name}; a removal is kept as an empty value. */
    private static Map<String, String> decodeAttributes(String text) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (part.startsWith("+") && equals > 1) {
                attributes.put(part.substring(1, equals), part.substring(equals + 1));
            } else if (part.startsWith("-") && part.length() > 1) {
                attributes.put(part.substring(1), "");
            }
        }
        return attributes;
    }

    private static String encodeAttributes(Map<String, String> attributes) {
        StringBuilder text = new StringBuilder();
        attributes.forEach((name, value) -> {
            text.append(text.isEmpty() ? "" : ",");
            text.append(value.isEmpty() ? "-" + name : "+" + name + "=" + value);
        });
        return text.toString();
    }
}
