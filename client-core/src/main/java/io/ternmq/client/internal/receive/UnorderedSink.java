package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.internal.group.ClientInstance;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A sink whose messages need not wait for each other. One that fails is given back to the broker and out of the way, so a
 * queue can be left at any time: what is running then may end; it is somebody else's message too by that time.
 *
 * @param <W> what a thread takes at a time, such as a message
 */
abstract class UnorderedSink<W> extends ListenerSink<W> {

    private final Settlement settlement;

    UnorderedSink(ConsumerConfig config, ClientInstance client) {
        super(config, client);
        this.settlement = new Settlement(config, client, this::again);
    }

    /** Calls the listener, and settles each message. Not called any more once the consumer is being shut down. */
    abstract void run(W work);

    /** Takes a message back that is to be handled once more. */
    abstract void again(Entry entry);

    @Override
    final void handle(W work) {
        settlement.whileInHand(() -> run(work));
    }

    final void settle(Entry entry, ConsumeOutcome outcome) {
        settlement.settle(entry, outcome);
    }

    @Override
    public final CompletableFuture<@Nullable Void> retire(ProcessQueue queue) {
        queue.drop();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public final void forget(ProcessQueue queue) {
        queue.drop();
    }

    @Override
    public final void watch(Collection<ProcessQueue> queues) {
        super.watch(queues);
        settlement.expireOverdue(queues, config.consumeTimeout().toNanos());
    }

    @Override
    public final CompletableFuture<@Nullable Void> stop() {
        stopThreads();
        return settlement.drain();
    }
}
