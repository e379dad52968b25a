package io.ternmq.client.internal.receive;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageModel;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.trace.TraceRecord.Outcome;
import io.ternmq.client.internal.trace.Tracer;
import io.ternmq.protocol.body.MessageQueue;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each message to its listener on whichever thread is free. */
final class ConcurrentSink implements Sink {

    private static final Logger LOGGER = LoggerFactory.getLogger(ConcurrentSink.class);

    private final ConsumerConfig config;
    private final Tracer tracer;
    private final Unpacking<MessageListener> unpacking;
    private final Settlement settlement;
    private final ListenerPool<Entry> threads;

    ConcurrentSink(
            ConsumerConfig config, ClientInstance client, Function<String, @Nullable MessageListener> listeners) {
        String group = config.groupId();
        this.config = config;
        this.tracer = client.tracer();
        this.unpacking = new Unpacking<>(group, listeners);
        this.threads = new ListenerPool<>(group, config.consumeThreads(), config.listenerThreads(), this::handle);
        this.settlement = new Settlement(config, client, threads::submit);
    }

    @Override
    public void accept(ProcessQueue queue, List<Entry> entries) {
        threads.submit(entries);
    }

    private void handle(Entry entry) {
        settlement.whileInHand(() -> run(entry));
    }

    private void run(Entry entry) {
        if (!entry.begin()) {
            entry.discard();
            return;
        }
        Handling handling = new Handling(config.groupId());
        settlement.settle(entry, handling.outcome(consume(entry, handling)));
    }

    private boolean consume(Entry entry, Handling handling) {
        Message message = unpacking.message(entry);
        MessageListener listener = message == null ? null : unpacking.listener(message.getTopic(), entry);
        return message != null && listener != null && consume(message, listener, handling);
    }

    /** Whatever a listener throws is its failure, not this thread's. */
    private boolean consume(Message message, MessageListener listener, Handling handling) {
        ConsumeTrace trace = ConsumeTrace.begin(tracer, config.groupId(), message);
        try {
            Action action = listener.consume(message, handling);
            ConsumeTrace.end(trace, ConsumeTrace.outcome(action, Action.CommitMessage));
            if (action == Action.CommitMessage) {
                return true;
            }
            LOGGER.debug(
                    "a listener asks for a message again: group={}, messageId={}",
                    config.groupId(),
                    message.getMsgID());
        } catch (Throwable e) {
            ConsumeTrace.end(trace, Outcome.EXCEPTION);
            LOGGER.warn(
                    "a listener has failed: group={}, topic={}, messageId={}, reconsumeTimes={}; the message {}",
                    config.groupId(),
                    message.getTopic(),
                    message.getMsgID(),
                    message.getReconsumeTimes(),
                    config.messageModel() == MessageModel.CLUSTERING ? "is delivered again later" : "is dropped",
                    e);
        }
        return false;
    }

    /** What is running may end; it is somebody else's message too by then. */
    @Override
    public CompletableFuture<@Nullable Void> retire(ProcessQueue queue) {
        queue.drop();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void forget(ProcessQueue queue) {
        queue.drop();
    }

    @Override
    public void suspend() {
        threads.suspend();
    }

    @Override
    public void resume() {
        threads.resume();
    }

    @Override
    public boolean isPaused(MessageQueue queue) {
        return threads.isSuspended();
    }

    @Override
    public void watch(Collection<ProcessQueue> queues) {
        threads.wakeIfWaiting();
        settlement.expireOverdue(queues, config.consumeTimeout().toNanos());
    }

    @Override
    public CompletableFuture<@Nullable Void> stop() {
        threads.stop();
        return settlement.drain();
    }

    @Override
    public void close() {
        threads.close();
    }
}
