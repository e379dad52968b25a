package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.MessageOrderListener;
import io.ternmq.client.OrderAction;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.trace.TraceRecord.Outcome;
import io.ternmq.protocol.body.MessageQueue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the messages of each queue to the listener one after the other. A message that fails is tried again in its place,
 * while its queue waits and the others go on.
 */
final class OrderedSink extends ListenerSink<OrderedQueue> {

    private static final Logger LOGGER = LoggerFactory.getLogger(OrderedSink.class);

    /** So long a queue keeps a thread while others may be waiting for one. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ClientRuntime runtime;
    private final Predicate<MessageQueue> held;
    private final GiveUp giveUp;
    private final Unpacking<MessageOrderListener> unpacking;
    private final Map<ProcessQueue, OrderedQueue> queues = new ConcurrentHashMap<>();

    /**
     * Creates it.
     *
     * @param held whether the lock on a queue is good
     */
    OrderedSink(
            ConsumerConfig config,
            ClientInstance client,
            Predicate<MessageQueue> held,
            Function<String, @Nullable MessageOrderListener> listeners) {
        super(config, client);
        String group = config.groupId();
        this.runtime = client.runtime();
        this.held = held;
        this.giveUp = new GiveUp(client, group, config.maxReconsumeTimes());
        this.unpacking = new Unpacking<>(group, listeners);
    }

    @Override
    public void accept(ProcessQueue queue, List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        queues.computeIfAbsent(queue, messages -> new OrderedQueue(messages, this::submit))
                .offer(entries);
        if (queue.isDropped()) {
            forget(queue);
        }
    }

    /** Takes a turn of a queue. */
    @Override
    void handle(OrderedQueue queue) {
        if (!queue.begin()) {
            return;
        }
        long end = System.nanoTime() + TURN_NANOS;
        try {
            Duration pause = Duration.ZERO;
            for (Entry entry = queue.peek(); entry != null; entry = queue.peek()) {
                if (!held.test(queue.messages().queue())) {
                    pause = config.suspendTime();
                    break;
                }
                OrderedHandling handling = new OrderedHandling(config.groupId(), config.suspendTime());
                Message message = unpacking.message(entry);
                if (message != null && consume(message, entry, handling)) {
                    queue.next();
                    entry.finish();
                } else if (message != null && (handling.deadReason() != null || giveUp.isDue(message))) {
                    giveUp(queue, entry, message, handling.deadReason());
                    return;
                } else {
                    entry.failedInPlace();
                    pause = handling.suspendTime();
                    break;
                }
                if (System.nanoTime() - end > 0 || isSuspended()) {
                    queue.endYielding();
                    return;
                }
            }
            endTurn(queue, pause);
        } catch (Throwable e) {
            LOGGER.error(
                    "a turn was not taken to its end: queue={}",
                    queue.messages().queue(),
                    e);
            endTurn(queue, config.suspendTime());
        }
    }

    private void endTurn(OrderedQueue queue, Duration pause) {
        if (pause.isZero()) {
            queue.endIdle();
        } else {
            queue.endSuspended();
            ScheduledFuture<?> unused = runtime.later(pause.toNanos(), TimeUnit.NANOSECONDS, queue::resume);
        }
    }

    /** Whatever a listener throws is its failure, not this thread's. */
    private boolean consume(Message message, Entry entry, OrderedHandling handling) {
        MessageOrderListener listener = unpacking.listener(message.getTopic(), entry);
        if (listener == null) {
            return false;
        }
        ConsumeTrace trace = ConsumeTrace.begin(tracer, config.groupId(), message);
        try {
            OrderAction action = listener.consume(message, handling);
            ConsumeTrace.end(trace, ConsumeTrace.outcome(action, OrderAction.Success));
            if (action == OrderAction.Success) {
                return true;
            }
            LOGGER.debug("a listener suspends a queue: group={}, {}", config.groupId(), entry);
        } catch (Throwable e) {
            ConsumeTrace.end(trace, Outcome.EXCEPTION);
            LOGGER.warn(
                    "a listener has failed: group={}, topic={}, messageId={}, reconsumeTimes={}, {}; the queue waits"
                            + " for {} ms, then the message comes again",
                    config.groupId(),
                    message.getTopic(),
                    message.getMsgID(),
                    message.getReconsumeTimes(),
                    entry,
                    handling.suspendTime().toMillis(),
                    e);
        }
        return false;
    }

    /** The turn lasts until the broker has the dead letter, so that the queue is not anybody else's before. */
    private void giveUp(OrderedQueue queue, Entry entry, Message message, @Nullable String reason) {
        CompletableFuture<?> unused = giveUp.send(
                        entry.stored(), MessageCodec.originalTopic(entry.stored()), message.getReconsumeTimes(), reason)
                .whenComplete((sent, error) -> {
                    if (error == null) {
                        queue.next();
                        entry.finish();
                        queue.endYielding();
                    } else {
                        LOGGER.warn(
                                "a message cannot be given up, because the broker does not take it: group={}, {},"
                                        + " reason={}; the queue waits, then the message comes again",
                                config.groupId(),
                                entry,
                                error.toString());
                        entry.failedInPlace();
                        endTurn(queue, config.suspendTime());
                    }
                });
    }

    @Override
    public CompletableFuture<@Nullable Void> retire(ProcessQueue queue) {
        queue.stopPulling();
        OrderedQueue ordered = queues.get(queue);
        return ordered == null ? CompletableFuture.completedFuture(null) : ordered.close();
    }

    @Override
    public void forget(ProcessQueue queue) {
        queue.drop();
        OrderedQueue ordered = queues.remove(queue);
        if (ordered != null) {
            CompletableFuture<?> unused = ordered.close().thenRun(ordered::discard);
        }
    }

    @Override
    public CompletableFuture<@Nullable Void> stop() {
        stopThreads();
        return CompletableFuture.allOf(
                queues.keySet().stream().map(this::retire).toArray(CompletableFuture<?>[]::new));
    }
}
