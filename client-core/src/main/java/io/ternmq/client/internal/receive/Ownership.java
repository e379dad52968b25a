package io.ternmq.client.internal.receive;

import io.ternmq.protocol.body.MessageQueue;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whether a consumer may begin a queue that is its share: at once, or only when nobody else is at it any more. */
interface Ownership {

    /** Every share may begin at once. */
    Ownership BY_SHARE = new Ownership() {
        @Override
        public CompletableFuture<Set<MessageQueue>> claim(Set<MessageQueue> queues) {
            return CompletableFuture.completedFuture(queues);
        }

        @Override
        public CompletableFuture<@Nullable Void> release(Collection<MessageQueue> queues) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean owns(MessageQueue queue) {
            return true;
        }

        @Override
        public void keep(Consumer<MessageQueue> lost) {}
    };

    /** Whether it holds a lock on a queue; always false where there are no locks. */
    default boolean isHeld(MessageQueue queue) {
        return false;
    }

    /** Tries to get queues. Ends with those that this consumer has now. */
    CompletableFuture<Set<MessageQueue>> claim(Set<MessageQueue> queues);

    /** Gives queues to whoever wants them. Ends when they are given, or it turns out that they cannot be. */
    CompletableFuture<@Nullable Void> release(Collection<MessageQueue> queues);

    /** Whether a queue that was claimed has neither been lost nor released since. */
    boolean owns(MessageQueue queue);

    /** Keeps what this consumer has. Called every now and then. */
    void keep(Consumer<MessageQueue> lost);
}
