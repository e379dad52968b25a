package io.ternmq.spring.listener;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.Destination;
import io.ternmq.spring.support.FailureReply;
import io.ternmq.spring.support.MessageMapper;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what listener methods return: to the destination of {@code @SendTo}, or to whoever waits for a reply. Blocks until
 * the broker has it. Safe for use by many threads.
 */
public final class ReplySender {

    private static final Logger LOG = LoggerFactory.getLogger(ReplySender.class);

    /** Set by the producer of a request. */
    private static final String REPLY_TO = "REPLY_TO_CLIENT";

    private final Supplier<@Nullable MessageTemplate> template;
    private final Supplier<@Nullable Producer> producer;
    private final MessageMapper mapper;
    private final ResultRules rules;

    /**
     * Makes a sender.
     *
     * @param template sends to destinations; {@code null} if the application has none
     * @param producer replies to requests; {@code null} if the application has none
     * @param mapper writes the replies
     */
    public ReplySender(
            Supplier<@Nullable MessageTemplate> template, Supplier<@Nullable Producer> producer, MessageMapper mapper) {
        this(template, producer, mapper, ResultRules.DEFAULT);
    }

    private ReplySender(
            Supplier<@Nullable MessageTemplate> template,
            Supplier<@Nullable Producer> producer,
            MessageMapper mapper,
            ResultRules rules) {
        this.template = template;
        this.producer = producer;
        this.mapper = mapper;
        this.rules = rules;
    }

    /** The same for a listener with rules of its own. */
    public ReplySender with(ResultRules rules) {
        return new ReplySender(template, producer, mapper, rules);
    }

    /** Whether somebody waits for a reply to the message. */
    static boolean isRequest(Message message) {
        return message.getSystemProperties().containsKey(REPLY_TO);
    }

    void send(Delivery delivery, @Nullable ResultDestination to, Object result) {
        Message received = delivery.message();
        String destination = to == null ? null : to.of(delivery, result);
        if (destination != null && rules.split() && result instanceof Collection<?> several) {
            several.stream().filter(Objects::nonNull).forEach(each -> sendTo(destination, each));
        } else if (destination != null) {
            sendTo(destination, result);
        } else if (isRequest(received)) {
            reply(received, result);
        } else {
            LOG.debug(
                    "A returned value is dropped, nobody waits for it: topic={}, messageId={}",
                    received.getTopic(),
                    received.getMsgID());
        }
    }

    private void sendTo(String destination, Object value) {
        MessageTemplate sender = require(template.get(), "MessageTemplate");
        if (value instanceof org.springframework.messaging.Message<?> message) {
            sender.convertAndSend(destination, message.getPayload(), message.getHeaders());
        } else {
            sender.convertAndSend(destination, value);
        }
    }

    /** Answers a request with what its call has failed by, if this listener does so; says whether that is the end of it. */
    boolean answer(Message received, Throwable failure) {
        if (!rules.returnExceptions() || !isRequest(received)) {
            return false;
        }
        try {
            deliver(received, FailureReply.of(received, failure));
            return true;
        } catch (IllegalStateException e) {
            LOG.warn("A failure cannot be answered, the listener's other rules decide: {}", e.getMessage());
            return false;
        }
    }

    private void reply(Message request, Object value) {
        // The client puts the topic of replies in its place.
        Destination any = new Destination(request.getTopic(), "");
        Message reply = value instanceof org.springframework.messaging.Message<?> message
                ? mapper.toMessage(any, message.getPayload(), message.getHeaders())
                : mapper.toMessage(any, value, Map.of());
        deliver(request, reply);
    }

    private void deliver(Message request, Message reply) {
        try {
            require(producer.get(), "Producer").reply(request, reply);
        } catch (MQClientException e) {
            // The work is done; whoever has asked has given up waiting, and asks again if need be.
            LOG.warn(
                    "A reply could not be delivered: topic={}, messageId={}, reason={}",
                    request.getTopic(),
                    request.getMsgID(),
                    e.getMessage());
        }
    }

    private static <T> T require(@Nullable T bean, String type) {
        if (bean == null) {
            throw new IllegalStateException("a listener's result cannot be sent: the application has no single " + type
                    + " bean; define one, or mark one of several as @Primary");
        }
        return bean;
    }
}
