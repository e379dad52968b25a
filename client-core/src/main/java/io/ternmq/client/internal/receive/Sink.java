package io.ternmq.client.internal.receive;

import io.ternmq.protocol.body.MessageQueue;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes what was pulled and brings it to listeners: one message each, several at once, or one after the other. */
interface Sink {

    /** Takes over the messages of a pull, in the order of their offsets. Called on I/O threads; does not block. */
    void accept(ProcessQueue queue, List<Entry> entries);

    /** Nothing more begins until {@link #resume()}. What runs comes to its end. */
    default void suspend() {}

    /** Ends {@link #suspend()}. */
    default void resume() {}

    /** Whether nothing more of a queue is wanted for now. */
    default boolean isPaused(MessageQueue queue) {
        return false;
    }

    /**
     * The consumer loses a queue: nothing more of it begins. What ends may still be committed. Calling it again tells the
     * same.
     *
     * @return ends when nothing of the queue is being handled any more, or at once if that need not be waited for
     */
    CompletableFuture<@Nullable Void> retire(ProcessQueue queue);

    /** The consumer has lost a queue: whatever is left of it is dropped. */
    void forget(ProcessQueue queue);

    /** Looks after listeners that do not come to an end, and after threads that could not be had. Called every now and then. */
    void watch(Collection<ProcessQueue> queues);

    /**
     * Nothing more begins, of any queue.
     *
     * @return ends when nothing is being handled any more
     */
    CompletableFuture<@Nullable Void> stop();

    /** Ends the threads once their listeners have returned. */
    void close();
}
