package io.ternmq.spring.observation;

import io.ternmq.client.Message;
import io.ternmq.spring.listener.ListenerDelivery;
import io.ternmq.spring.listener.ListenerScope;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.Ordered;

/**
 * Puts the identity of what is consumed into the {@link MDC} while a listener has it, so that each line it logs, and that about its failure, can show
 * it. What was there before is there again afterwards. A batch of several messages has no id and no key.
 */
public final class LoggingContext implements ListenerScope, Ordered {

    /** Outside of all others but the watch, so that what they log shows it too. */
    public static final int ORDER = HIGHEST_PRECEDENCE + 100;

    /** The listener's id. */
    public static final String LISTENER = "ternmq.listener";

    /** The topic of the first message. */
    public static final String TOPIC = "ternmq.topic";

    /** The message's id. */
    public static final String MESSAGE_ID = "ternmq.messageId";

    /** The message's keys. */
    public static final String KEY = "ternmq.key";

    @Override
    public Closing open(ListenerDelivery delivery) {
        Map<String, @Nullable String> before = new HashMap<>();
        Message first = delivery.first();
        put(before, LISTENER, delivery.listenerId());
        put(before, TOPIC, first.getTopic());
        if (delivery.messages().size() == 1) {
            put(before, MESSAGE_ID, first.getMsgID());
            put(before, KEY, first.getKey());
        }
        return outcome -> before.forEach(LoggingContext::restore);
    }

    private static void put(Map<String, @Nullable String> before, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            before.put(name, MDC.get(name));
            MDC.put(name, value);
        }
    }

    private static void restore(String name, @Nullable String value) {
        if (value == null) {
            MDC.remove(name);
        } else {
            MDC.put(name, value);
        }
    }

    @Override
    public int getOrder() {
        return ORDER;
    }
}
