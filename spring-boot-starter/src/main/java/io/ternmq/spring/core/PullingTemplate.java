package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.TopicPartition;
import io.ternmq.spring.support.Destination;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.ReceivedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.converter.MessageConversionException;

/** A consumer for each group, made when it is first asked for. */
final class PullingTemplate implements ReceivingTemplate {

    /** A group that messages are received for; the consumer belongs to whoever holds the lock. */
    private static final class Member {

        private final ReentrantLock turn = new ReentrantLock(true);
        private @Nullable PullConsumer consumer;
        private @Nullable Destination destination;
    }

    private final PullConsumers consumers;
    private final MessageMapper mapper;
    private final Map<String, Member> members = new ConcurrentHashMap<>();

    PullingTemplate(PullConsumers consumers, MessageMapper mapper) {
        this.consumers = consumers;
        this.mapper = mapper;
    }

    @Override
    public <T> Optional<T> receiveAndConvert(String group, String destination, Class<T> type, Duration timeout) {
        return receiveAndConvert(group, destination, ParameterizedTypeReference.<T>forType(type), timeout);
    }

    @Override
    public <T> Optional<T> receiveAndConvert(
            String group, String destination, ParameterizedTypeReference<T> type, Duration timeout) {
        return receive(group, destination, timeout, received -> converted(received, type));
    }

    @Override
    public Optional<org.springframework.messaging.Message<byte[]>> receive(
            String group, String destination, Duration timeout) {
        return receive(group, destination, timeout, received -> received);
    }

    @Override
    public <T> boolean receive(
            String group, String destination, Class<T> type, Duration timeout, Consumer<? super T> handler) {
        return receive(group, destination, ParameterizedTypeReference.<T>forType(type), timeout, handler);
    }

    @Override
    public <T> boolean receive(
            String group,
            String destination,
            ParameterizedTypeReference<T> type,
            Duration timeout,
            Consumer<? super T> handler) {
        return receive(group, destination, timeout, received -> {
                    handler.accept(converted(received, type));
                    return true;
                })
                .isPresent();
    }

    private <R> Optional<R> receive(
            String group, String destination, Duration timeout, Function<ReceivedMessage, ? extends R> use) {
        Destination wanted = Destination.parse(destination);
        long end = System.nanoTime() + timeout.toNanos();
        Member member = members.computeIfAbsent(group, absent -> new Member());
        try {
            if (!member.turn.tryLock(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MQClientException("interrupted while waiting for other receivers: group=" + group, e);
        }
        try {
            PullConsumer consumer = consumer(member, group, wanted);
            List<Message> polled = consumer.poll(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            return polled.isEmpty() ? Optional.empty() : Optional.of(use(consumer, polled.get(0), group, use));
        } finally {
            member.turn.unlock();
        }
    }

    private PullConsumer consumer(Member member, String group, Destination wanted) {
        PullConsumer known = member.consumer;
        if (known != null) {
            if (!wanted.equals(member.destination)) {
                throw new IllegalArgumentException("a group receives from one destination: group=" + group
                        + ", destination=" + member.destination + ", wanted=" + wanted + "; use another group");
            }
            return known;
        }
        PullConsumer fresh = consumers.open(group, settings -> settings.maxPollMessages(1));
        try {
            fresh.subscribe(wanted.topic(), wanted.tag().isEmpty() ? "*" : wanted.tag());
        } catch (RuntimeException e) {
            fresh.shutdown();
            throw e;
        }
        member.consumer = fresh;
        member.destination = wanted;
        return fresh;
    }

    static <R> R use(PullConsumer consumer, Message message, String group, Function<ReceivedMessage, ? extends R> use) {
        try {
            R result = use.apply(new ReceivedMessage(message, () -> group));
            consumer.commitSync();
            return result;
        } catch (Throwable failure) {
            putBack(consumer, message, failure);
            throw failure;
        }
    }

    /** A queue that has gone to another member meanwhile begins there where this group has committed. */
    private static void putBack(PullConsumer consumer, Message message, Throwable failure) {
        TopicPartition queue = message.getTopicPartition();
        try {
            if (queue != null && !consumer.isClosed() && consumer.assignment().contains(queue)) {
                consumer.seek(queue, message.getOffset());
            }
        } catch (RuntimeException e) {
            // It was closed, or has lost the queue, since it was asked.
            failure.addSuppressed(e);
        }
    }

    private <T> T converted(ReceivedMessage received, ParameterizedTypeReference<T> type) {
        T payload = mapper.read(received, type);
        if (payload == null) {
            throw new MessageConversionException(
                    received,
                    "message cannot be converted: type=" + type.getType().getTypeName() + ", queue="
                            + received.message().getTopicPartition() + ", offset="
                            + received.message().getOffset()
                            + "; receive it as it is, or ask for a type that the MessageMapper can read");
        }
        return payload;
    }
}
