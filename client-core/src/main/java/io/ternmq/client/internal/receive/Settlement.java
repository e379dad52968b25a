package io.ternmq.client.internal.receive;

import io.ternmq.client.MessageModel;
import io.ternmq.client.internal.connection.ClientRuntime;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what has to be done about messages that failed, and knows when nothing is in hand any more. */
final class Settlement {

    private static final Logger LOGGER = LoggerFactory.getLogger(Settlement.class);
    private static final long LOCAL_RETRY_SECONDS = 5;

    private final String group;
    private final MessageModel model;
    private final SendBack sendBack;
    private final ClientRuntime runtime;
    private final Consumer<Entry> again;
    private final AtomicInteger inHand = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private volatile boolean draining;

    /**
     * Creates the settlement of a consumer.
     *
     * @param again takes a message back that is to be handled once more
     */
    Settlement(String group, MessageModel model, SendBack sendBack, ClientRuntime runtime, Consumer<Entry> again) {
        this.group = group;
        this.model = model;
        this.sendBack = sendBack;
        this.runtime = runtime;
        this.again = again;
    }

    /** Runs something that holds messages in hand; not at all if the consumer is being shut down. */
    void whileInHand(Runnable handling) {
        inHand.incrementAndGet();
        try {
            // What was handed out at the moment of the shutdown is not begun, and so not committed.
            if (!draining) {
                handling.run();
            }
        } finally {
            release();
        }
    }

    /** Settles a message that was handled, unless the watch over timeouts has done so meanwhile. */
    void settle(Entry entry, boolean success, RetryDelay delay) {
        if (!entry.settle()) {
            return;
        }
        if (success || entry.queue().isDropped()) {
            entry.finish();
        } else {
            failed(entry, delay);
        }
    }

    /** Gives up messages whose listener does not come to an end, so that the group's progress is not held up. */
    void expireOverdue(Collection<ProcessQueue> queues, long timeoutNanos) {
        long now = System.nanoTime();
        for (ProcessQueue queue : queues) {
            for (Entry entry : queue.open()) {
                if (entry.isOverdue(now, timeoutNanos)) {
                    expire(entry);
                }
            }
        }
    }

    private void expire(Entry entry) {
        inHand.incrementAndGet();
        try {
            if (entry.settle()) {
                LOGGER.warn(
                        "a listener does not come to an end: group={}, {}; the message counts as failed", group, entry);
                failed(entry, RetryDelay.AFTER_TIMEOUT);
            }
        } finally {
            release();
        }
    }

    private void failed(Entry entry, RetryDelay delay) {
        if (model == MessageModel.BROADCASTING) {
            LOGGER.warn(
                    "a message that failed is dropped, because broadcasting has no retries: group={}, {}",
                    group,
                    entry);
            entry.finish();
            return;
        }
        inHand.incrementAndGet();
        CompletableFuture<?> unused = sendBack(entry, delay).whenComplete((sent, error) -> {
            try {
                if (error == null) {
                    entry.finish();
                } else {
                    retryHere(entry, error);
                }
            } finally {
                release();
            }
        });
    }

    private CompletableFuture<?> sendBack(Entry entry, RetryDelay delay) {
        try {
            return sendBack.send(entry.queue().queue(), entry.stored(), delay);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void retryHere(Entry entry, Throwable error) {
        LOGGER.warn(
                "a failed message cannot be sent back: group={}, {}, reason={}; trying it here in {} s",
                group,
                entry,
                error.toString(),
                LOCAL_RETRY_SECONDS);
        entry.again();
        ScheduledFuture<?> unused = runtime.later(LOCAL_RETRY_SECONDS, TimeUnit.SECONDS, () -> again.accept(entry));
    }

    private void release() {
        if (inHand.decrementAndGet() == 0 && draining) {
            drained.complete(null);
        }
    }

    /** Ends when nothing is in hand any more; only after nothing more is handed out. */
    CompletableFuture<@Nullable Void> drain() {
        draining = true;
        if (inHand.get() == 0) {
            drained.complete(null);
        }
        return drained;
    }
}
