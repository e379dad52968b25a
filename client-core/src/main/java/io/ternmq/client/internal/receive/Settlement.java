package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MessageModel;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.group.ClientInstance;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private final GiveUp giveUp;
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
    Settlement(ConsumerConfig config, ClientInstance client, Consumer<Entry> again) {
        this.group = config.groupId();
        this.model = config.messageModel();
        this.sendBack = new SendBack(client, group, config.maxReconsumeTimes());
        this.giveUp = new GiveUp(client, group, config.maxReconsumeTimes());
        this.runtime = client.runtime();
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
    void settle(Entry entry, ConsumeOutcome outcome) {
        if (!entry.settle()) {
            return;
        }
        if (entry.queue().isDropped()) {
            entry.finish();
        } else if (outcome instanceof ConsumeOutcome.Retry retry) {
            RetryDelay delay = RetryDelay.of(retry.delay());
            failed(entry, () -> sendBack.send(entry.queue().queue(), entry.stored(), delay));
        } else if (outcome instanceof ConsumeOutcome.DeadLetter dead) {
            int failures = entry.stored().reconsumeTimes() + entry.localRetries();
            failed(
                    entry,
                    () -> giveUp.send(
                            entry.stored(), MessageCodec.originalTopic(entry.stored()), failures, dead.reason()));
        } else {
            entry.finish();
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
                failed(entry, () -> sendBack.send(entry.queue().queue(), entry.stored(), RetryDelay.AFTER_TIMEOUT));
            }
        } finally {
            release();
        }
    }

    private void failed(Entry entry, Supplier<CompletableFuture<?>> sending) {
        if (model == MessageModel.BROADCASTING) {
            LOGGER.warn(
                    "a message that failed is dropped, because broadcasting has no retries: group={}, {}",
                    group,
                    entry);
            entry.finish();
            return;
        }
        inHand.incrementAndGet();
        CompletableFuture<?> unused = guarded(sending).whenComplete((sent, error) -> {
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

    private static CompletableFuture<?> guarded(Supplier<CompletableFuture<?>> sending) {
        try {
            return sending.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void retryHere(Entry entry, Throwable error) {
        LOGGER.warn(
                "a failed message cannot be given to the broker: group={}, {}, reason={}; trying it here in {} s",
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
