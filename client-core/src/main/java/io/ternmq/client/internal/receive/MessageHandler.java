package io.ternmq.client.internal.receive;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageModel;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.connection.ClientRuntime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands one message to its listener and does what the outcome asks for. */
final class MessageHandler {

    private static final Logger LOGGER = LoggerFactory.getLogger(MessageHandler.class);
    private static final long LOCAL_RETRY_SECONDS = 5;

    private final String group;
    private final MessageModel model;
    private final Function<String, @Nullable MessageListener> listeners;
    private final SendBack sendBack;
    private final ClientRuntime runtime;
    private final ConsumeContext context;
    private final AtomicInteger inHand = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private volatile boolean draining;

    /**
     * Creates the handler of a consumer.
     *
     * @param listeners finds the listener of a topic
     */
    MessageHandler(
            String group,
            MessageModel model,
            Function<String, @Nullable MessageListener> listeners,
            SendBack sendBack,
            ClientRuntime runtime) {
        this.group = group;
        this.model = model;
        this.listeners = listeners;
        this.sendBack = sendBack;
        this.runtime = runtime;
        this.context = () -> group;
    }

    /**
     * Handles a message on the calling thread.
     *
     * @param again takes the message back if it is to be handled once more
     */
    void handle(Entry entry, Consumer<Entry> again) {
        inHand.incrementAndGet();
        try {
            // What was handed out at the moment of the shutdown is not begun, and so not committed.
            if (!draining) {
                run(entry, again);
            }
        } finally {
            release();
        }
    }

    private void run(Entry entry, Consumer<Entry> again) {
        if (!entry.begin()) {
            entry.discard();
            return;
        }
        Action action = consume(entry);
        if (!entry.settle()) {
            // The watch over timeouts has given it up meanwhile, and settled it.
            return;
        }
        if (action == Action.CommitMessage || entry.queue().isDropped()) {
            entry.finish();
        } else {
            failed(entry, SendBack.BROKER_DECIDES, again);
        }
    }

    private Action consume(Entry entry) {
        Message message;
        try {
            message = MessageCodec.message(entry.stored(), entry.queue().queue());
        } catch (Throwable e) {
            // A large body may not fit into memory now.
            LOGGER.error("a message cannot be read: group={}, {}", group, describe(entry), e);
            return Action.ReconsumeLater;
        }
        MessageListener listener = listeners.apply(message.getTopic());
        if (listener == null) {
            LOGGER.warn(
                    "a message has no listener any more: group={}, topic={}, {}; it is delivered again later",
                    group,
                    message.getTopic(),
                    describe(entry));
            return Action.ReconsumeLater;
        }
        message.setReconsumeTimes(message.getReconsumeTimes() + entry.localRetries());
        return consume(message, listener);
    }

    /** Whatever a listener throws is its failure, not this thread's. */
    private Action consume(Message message, MessageListener listener) {
        try {
            Action action = listener.consume(message, context);
            if (action == Action.CommitMessage) {
                return action;
            }
            LOGGER.debug("a listener asks for a message again: group={}, messageId={}", group, message.getMsgID());
        } catch (Throwable e) {
            LOGGER.warn(
                    "a listener has failed: group={}, topic={}, messageId={}, reconsumeTimes={}; the message {}",
                    group,
                    message.getTopic(),
                    message.getMsgID(),
                    message.getReconsumeTimes(),
                    model == MessageModel.CLUSTERING ? "is delivered again later" : "is dropped",
                    e);
        }
        return Action.ReconsumeLater;
    }

    /** Gives up a message whose listener does not come to an end, so that the group's progress is not held up. */
    void expire(Entry entry, Consumer<Entry> again) {
        inHand.incrementAndGet();
        try {
            if (entry.settle()) {
                LOGGER.warn(
                        "a listener does not come to an end: group={}, {}; the message counts as failed",
                        group,
                        describe(entry));
                failed(entry, SendBack.AFTER_TIMEOUT, again);
            }
        } finally {
            release();
        }
    }

    private void failed(Entry entry, int delayLevel, Consumer<Entry> again) {
        if (model == MessageModel.BROADCASTING) {
            LOGGER.warn(
                    "a message that failed is dropped, because broadcasting has no retries: group={}, {}",
                    group,
                    describe(entry));
            entry.finish();
            return;
        }
        inHand.incrementAndGet();
        CompletableFuture<?> unused = sendBack(entry, delayLevel).whenComplete((sent, error) -> {
            try {
                if (error == null) {
                    entry.finish();
                } else {
                    retryHere(entry, error, again);
                }
            } finally {
                release();
            }
        });
    }

    private CompletableFuture<?> sendBack(Entry entry, int delayLevel) {
        try {
            return sendBack.send(entry.queue().queue(), entry.stored(), delayLevel);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void retryHere(Entry entry, Throwable error, Consumer<Entry> again) {
        LOGGER.warn(
                "a failed message cannot be sent back: group={}, {}, reason={}; trying it here in {} s",
                group,
                describe(entry),
                error.toString(),
                LOCAL_RETRY_SECONDS);
        entry.again();
        ScheduledFuture<?> unused = runtime.later(LOCAL_RETRY_SECONDS, TimeUnit.SECONDS, () -> again.accept(entry));
    }

    private static String describe(Entry entry) {
        return "queue=" + entry.queue().queue() + ", offset=" + entry.stored().queueOffset();
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
