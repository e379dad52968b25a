package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.trace.Tracer;
import io.ternmq.protocol.body.MessageQueue;
import java.util.Collection;
import java.util.List;

/**
 * A sink that calls listeners on threads of their own, and what all of these share: the threads, and that nothing more
 * begins while the consumer is suspended.
 *
 * @param <W> what a thread takes at a time, such as a message
 */
abstract class ListenerSink<W> implements Sink {

    final ConsumerConfig config;
    final Tracer tracer;
    private final ListenerPool<W> threads;

    ListenerSink(ConsumerConfig config, ClientInstance client) {
        this.config = config;
        this.tracer = client.tracer();
        this.threads =
                new ListenerPool<>(config.consumeThreads(), OwnThreads.ofListeners(config, client), this::handle);
    }

    /** Does a piece of work. Called on one of the consumer's threads, and only after something was submitted. */
    abstract void handle(W work);

    /** Has a piece of work done by whichever thread is free. Does not block. */
    final void submit(W work) {
        threads.submit(work);
    }

    final void submit(List<W> work) {
        threads.submit(work);
    }

    final boolean isSuspended() {
        return threads.isSuspended();
    }

    @Override
    public final void suspend() {
        threads.suspend();
    }

    @Override
    public final void resume() {
        threads.resume();
    }

    @Override
    public final boolean isPaused(MessageQueue queue) {
        return threads.isSuspended();
    }

    @Override
    public void watch(Collection<ProcessQueue> queues) {
        threads.wakeIfWaiting();
    }

    /** No thread takes work any more; listeners that are running are not disturbed. */
    final void stopThreads() {
        threads.stop();
    }

    @Override
    public final void close() {
        threads.close();
    }
}
