package io.ternmq.stream.inbound;

import io.ternmq.client.Message;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.stream.properties.FailurePolicy;
import io.ternmq.stream.properties.TernMQConsumerProperties;
import io.ternmq.stream.provisioning.TopicProvisioner;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.support.ErrorMessage;

/** Carries a binding's failure policy out, at the end of its error channel. Returning means that the message counts as done. */
public final class FailureHandler implements MessageHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);

    private final TernMQConsumerProperties properties;
    private final DeadLetters deadLetters;
    private volatile @Nullable Runnable halt;

    private FailureHandler(TernMQConsumerProperties properties, DeadLetters deadLetters) {
        this.properties = properties;
        this.deadLetters = deadLetters;
    }

    /** The handler of a policy, or {@code null} if the failure is to be thrown to the consumer. */
    public static @Nullable FailureHandler of(TernMQConsumerProperties properties, DeadLetters deadLetters) {
        return properties.getOnFailure() == FailurePolicy.RETRY ? null : new FailureHandler(properties, deadLetters);
    }

    /** Tells how to stop the binding. */
    public void onStop(Runnable halt) {
        this.halt = halt;
    }

    @Override
    public void handleMessage(org.springframework.messaging.Message<?> message) {
        if (!(message instanceof ErrorMessage error)) {
            return;
        }
        List<Message> failed = failed(error.getOriginalMessage());
        switch (properties.getOnFailure()) {
            case RETRY -> throw thrown(error);
            case DISCARD -> LOG.error("messages are discarded: messages={}", failed, error.getPayload());
            case STOP -> {
                LOG.error("the binding stops: messages={}", failed, error.getPayload());
                Runnable stopping = halt;
                if (stopping != null) {
                    stopping.run();
                }
                throw thrown(error);
            }
            case DEAD_LETTER -> sendAll(failed, error);
        }
    }

    private void sendAll(List<Message> failed, ErrorMessage error) {
        if (failed.isEmpty()) {
            throw thrown(error);
        }
        for (Message one : failed) {
            String group = group(error.getOriginalMessage());
            String topic = TopicProvisioner.deadLetterTopic(one.getTopic(), group, properties);
            deadLetters.send(topic, group, one, error.getPayload());
            LOG.warn("a message is a dead letter now: topic={}, message={}", topic, one, error.getPayload());
        }
    }

    private static List<Message> failed(org.springframework.messaging.@Nullable Message<?> original) {
        Object source =
                original == null ? null : original.getHeaders().get(IntegrationMessageHeaderAccessor.SOURCE_DATA);
        if (source instanceof Message one) {
            return List.of(one);
        }
        return source instanceof List<?> several
                ? several.stream().map(Message.class::cast).toList()
                : List.of();
    }

    private static String group(org.springframework.messaging.@Nullable Message<?> original) {
        Object group = original == null ? null : original.getHeaders().get(TernMQHeaders.GROUP);
        return group == null ? "" : group.toString();
    }

    private static MessagingException thrown(ErrorMessage error) {
        return error.getPayload() instanceof MessagingException known
                ? known
                : new MessagingException("a message was not handled", error.getPayload());
    }
}
