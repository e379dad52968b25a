package io.ternmq.spring.listener;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.SendResult;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.Destination;
import io.ternmq.spring.support.FailureReply;
import io.ternmq.spring.support.MessageMapper;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For the starter's own packages; no part of its API. Sends what listener methods return: to the destination of {@code @SendTo}, or to whoever waits for a reply. Blocks until
 * the broker has it. Safe for use by many threads.
 */
public final class ReplySender {

    private static final Logger LOG = LoggerFactory.getLogger(ReplySender.class);

    /** Set by the producer of a request. */
    private static final String REPLY_TO = "REPLY_TO_CLIENT";

    /** Set by the broker that has the request. */
    private static final String CLUSTER = "CLUSTER";

    private final Supplier<@Nullable MessageTemplate> template;
    private final Supplier<@Nullable Producer> producer;
    private final MessageMapper mapper;
    private final SendInterceptor interceptor;
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
        this(template, producer, mapper, List.of());
    }

    /**
     * Makes a sender that tells of its replies.
     *
     * @param interceptors told of each reply, the first outermost; the template has its own
     */
    public ReplySender(
            Supplier<@Nullable MessageTemplate> template,
            Supplier<@Nullable Producer> producer,
            MessageMapper mapper,
            List<SendInterceptor> interceptors) {
        this(template, producer, mapper, SendInterceptor.compose(interceptors), ResultRules.DEFAULT);
    }

    private ReplySender(
            Supplier<@Nullable MessageTemplate> template,
            Supplier<@Nullable Producer> producer,
            MessageMapper mapper,
            SendInterceptor interceptor,
            ResultRules rules) {
        this.template = template;
        this.producer = producer;
        this.mapper = mapper;
        this.interceptor = interceptor;
        this.rules = rules;
    }

    /** The same for a listener with rules of its own. */
    public ReplySender with(ResultRules rules) {
        return new ReplySender(template, producer, mapper, interceptor, rules);
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
        } catch (RuntimeException e) {
            // There is no single producer, or an interceptor does not let the answer go.
            LOG.warn("A failure cannot be answered, the listener's other rules decide: {}", e.toString());
            return false;
        }
    }

    private void reply(Message request, Object value) {
        // The topic of replies comes in its place.
        Destination any = new Destination(request.getTopic(), "");
        Message reply = value instanceof org.springframework.messaging.Message<?> message
                ? mapper.toMessage(any, message.getPayload(), message.getHeaders())
                : mapper.toMessage(any, value, Map.of());
        deliver(request, reply);
    }

    private void deliver(Message request, Message reply) {
        Producer sender = require(producer.get(), "Producer");
        // As the client will have it, for those who look at it before.
        String cluster = request.getSystemProperties().get(CLUSTER);
        if (cluster != null) {
            reply.setTopic(cluster + "_REPLY_TOPIC");
        }
        SendInterceptor.Completion completion = interceptor.before(reply);
        SendResult sent = null;
        Throwable failure = null;
        try {
            sent = sender.reply(request, reply);
        } catch (MQClientException e) {
            failure = e;
            // The work is done; whoever has asked has given up waiting, and asks again if need be.
            LOG.warn(
                    "A reply could not be delivered: topic={}, messageId={}, reason={}",
                    request.getTopic(),
                    request.getMsgID(),
                    e.getMessage());
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            completion.done(sent, failure);
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
