package io.ternmq.client.internal.group;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who waits for replies to requests, by correlation id. Thread safe. */
public final class Replies {

    private static final Logger LOGGER = LoggerFactory.getLogger(Replies.class);

    private final Map<String, Consumer<Command>> waiting = new ConcurrentHashMap<>();

    /**
     * Lets somebody wait for a reply.
     *
     * @param receiver is given the broker's request that brings the reply, on an I/O thread; it is valid only there
     */
    public void expect(String correlationId, Consumer<Command> receiver) {
        waiting.put(correlationId, receiver);
    }

    /** Nobody waits any more. */
    public void forget(String correlationId) {
        waiting.remove(correlationId);
    }

    /** Gives a reply to whoever waits for it; one that comes too late is nobody's. */
    void received(Command push) {
        String properties = push.fields().get("properties", "");
        String correlationId = MessageProperties.get(properties, PropertyNames.CORRELATION_ID);
        Consumer<Command> receiver = correlationId == null ? null : waiting.remove(correlationId);
        if (receiver == null) {
            LOGGER.debug("a reply came too late, or to nobody: correlationId={}", correlationId);
        } else {
            receiver.accept(push);
        }
    }
}
