package io.ternmq.broker.request.produce;

import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Marks dead letters with where they came from, so that they can be told and sent there once more. */
final class DeadLetters {
    private static final int LONGEST_REASON = 1000;

    private DeadLetters() {}

    /** Returns the text form of properties that tell of a retry, with the origin added. */
    static String marked(String properties) {
        Map<String, String> decoded = MessageProperties.decode(properties);
        mark(decoded, null);
        return MessageProperties.encode(decoded);
    }

    /**
     * Adds the origin to properties that tell of a retry.
     *
     * @param reason why the consumer has given the message up, if it says so
     */
    static void mark(Map<String, String> properties, @Nullable String reason) {
        copy(properties, PropertyNames.RETRY_TOPIC, PropertyNames.DLQ_ORIGIN_TOPIC);
        copy(properties, PropertyNames.ORIGIN_MESSAGE_ID, PropertyNames.DLQ_ORIGIN_MESSAGE_ID);
        if (reason != null && !reason.isEmpty() && MessageProperties.isLegal(reason)) {
            properties.put(
                    PropertyNames.DLQ_REASON,
                    reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON));
        }
    }

    private static void copy(Map<String, String> properties, String from, String to) {
        String value = properties.get(from);
        if (value != null) {
            properties.putIfAbsent(to, value);
        }
    }
}
