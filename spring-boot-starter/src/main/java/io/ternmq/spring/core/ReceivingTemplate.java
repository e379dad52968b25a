package io.ternmq.spring.core;

import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;

/**
 * Receives messages one by one, when they are asked for, on behalf of a consumer group. Safe for use by many threads; those that ask for one group
 * have their turn one after the other.
 *
 * <p>The first call for a group joins it and subscribes, to {@code topic} or {@code topic:tag||tag}, and stays a member until the context closes: its
 * share of the queues is fetched ahead and waits here, so that an application that joins should go on asking. A group that has consumed nothing begins
 * where {@code ternmq.consumer.consume-from} says. For one job, {@link PullConsumers} are better, which are closed when it is done.
 *
 * <p>A message is done, and committed, when the method that receives it comes to its end; when that fails, it comes again with the next call, before all
 * others of its queue. There are no retries by delay, and no dead letters. A stored message that no client can read, because its body is not compressed as it says, is
 * complained about by each call that meets it, with queue and offset: put the group behind it, {@code AdminClient.resetToOffset(group, queue, offset + 1)}, which a running
 * member follows with its next fetch. If so much waits behind the message that nothing more is fetched, it follows when the application has been restarted.
 *
 * <p>The methods throw {@link io.ternmq.client.MQClientException} if the cluster cannot be reached, a commit fails or the thread is interrupted, {@link
 * DuplicateListenerException} if the group has a listener in this application, {@link IllegalArgumentException} if the group was asked for
 * another destination before, and {@link MessageConversionException} if the payload cannot be read as the type, with the message's place.
 */
public interface ReceivingTemplate {

    /** A template with consumers of the given kind. */
    static ReceivingTemplate create(PullConsumers consumers, MessageMapper mapper) {
        return new PullingTemplate(consumers, mapper);
    }

    /**
     * Receives a payload.
     *
     * @param timeout the time to wait for a message, and for one's turn
     * @return nothing if none has come
     */
    <T> Optional<T> receiveAndConvert(String group, String destination, Class<T> type, Duration timeout);

    /** Receives a payload of a generic type: {@code new ParameterizedTypeReference<List<Order>>() {}}. */
    <T> Optional<T> receiveAndConvert(
            String group, String destination, ParameterizedTypeReference<T> type, Duration timeout);

    /** Receives a message as it is, with the headers of {@link TernMQHeaders}. */
    Optional<Message<byte[]>> receive(String group, String destination, Duration timeout);

    /**
     * Receives a payload and works on it; the message is done when the handler returns, and comes again if it throws.
     *
     * @param handler called by this thread; what it throws is thrown on
     * @return whether a message has come
     */
    <T> boolean receive(String group, String destination, Class<T> type, Duration timeout, Consumer<? super T> handler);

    /** Receives a payload of a generic type and works on it. */
    <T> boolean receive(
            String group,
            String destination,
            ParameterizedTypeReference<T> type,
            Duration timeout,
            Consumer<? super T> handler);
}
