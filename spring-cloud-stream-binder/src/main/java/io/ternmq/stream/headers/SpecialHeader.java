package io.ternmq.stream.headers;

import io.ternmq.spring.support.TernMQHeaders;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

/**
 * Finds what the protocol keeps apart from user properties among the headers of a message to be sent: under the names of {@link TernMQHeaders}, or under those that
 * applications know from the RocketMQ binder of Spring Cloud Alibaba.
 */
public enum SpecialHeader {
    /** The tag. */
    TAGS(TernMQHeaders.TAGS, "TAGS", "ROCKET_TAGS"),
    /** The business keys. */
    KEYS(TernMQHeaders.KEYS, "KEYS", "ROCKET_KEYS"),
    /** The delay level, 1 to 18. */
    DELAY_LEVEL(TernMQHeaders.PREFIX + "delayLevel", "DELAY", "ROCKET_DELAY"),
    /** What is handed to the local transaction. */
    TRANSACTION_ARGUMENT(TernMQHeaders.PREFIX + "transactionArgument", "TRANSACTIONAL_ARGS");

    private final String first;
    private final String second;
    private final String third;

    SpecialHeader(String first, String second) {
        this(first, second, second);
    }

    SpecialHeader(String first, String second, String third) {
        this.first = first;
        this.second = second;
        this.third = third;
    }

    /** The header's value under whichever name it has, or {@code null}. */
    public @Nullable Object of(MessageHeaders headers) {
        return of((Map<String, Object>) headers);
    }

    private @Nullable Object of(Map<String, Object> headers) {
        for (String name : List.of(first, second, third)) {
            Object value = headers.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** All names, which are never those of user properties. */
    static Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (SpecialHeader header : values()) {
            names.addAll(List.of(header.first, header.second, header.third));
        }
        return names;
    }
}
