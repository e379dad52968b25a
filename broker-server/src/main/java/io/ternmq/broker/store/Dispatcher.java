package io.ternmq.broker.store;

import io.ternmq.broker.log.Records;
import io.ternmq.broker.queue.ConsumeQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes committed appends visible, in log order: puts their entries into the consume queues, shows them to the followers of the
 * log, completes their receipts, and announces them.
 *
 * <p>Any thread that commits calls {@link #drain}; one of them does the work for all, the others leave it to that one and go on
 * at once. Nobody waits, and there is no thread in between.
 */
final class Dispatcher {
    private static final Logger LOGGER = LoggerFactory.getLogger(Dispatcher.class);

    private final ArrivalListener listener;
    private final List<LogFollower> followers;
    /** Calls of {@link #drain} not answered yet; who raises it from 0 owns the head of the list until it is 0 again. */
    private final AtomicInteger calls = new AtomicInteger();

    /** The last one dispatched; its successor is the next to be. Belongs to the owner. */
    private PendingAppend head;
    /** Guarded by the append lock. */
    private PendingAppend last;

    private volatile long committed;
    private volatile long dispatched;

    /** Everything before {@code position} is dispatched already. */
    @SuppressWarnings("NullAway") // the list starts with a link that is never looked at
    Dispatcher(ArrivalListener listener, List<LogFollower> followers, long position) {
        this.listener = listener;
        this.followers = followers;
        this.head = new PendingAppend(null, null, position, null);
        this.last = head;
        this.committed = position;
        this.dispatched = position;
    }

    /** Puts an append at the end of the list. Under the append lock. */
    void add(PendingAppend append) {
        last.next = append;
        last = append;
    }

    /** Everything before is committed. By one thread at a time; {@link #drain} must follow. */
    void commit(long position) {
        committed = position;
    }

    /** End of what is committed. */
    long committed() {
        return committed;
    }

    /** End of what is in the consume queues. */
    long dispatched() {
        return dispatched;
    }

    /** Dispatches what is committed, or leaves it to the thread that is at it. */
    void drain() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        boolean ended = false;
        try {
            int answered = 1;
            do {
                dispatchCommitted();
                answered = calls.addAndGet(-answered);
            } while (answered != 0);
            ended = true;
        } finally {
            if (!ended) {
                // Out of memory, say: the next call goes on with the append that failed.
                calls.set(0);
            }
        }
    }

    private void dispatchCommitted() {
        PendingAppend next = head.next;
        while (next != null && next.end <= committed) {
            dispatch(next);
            head = next;
            dispatched = next.end;
            next = next.next;
        }
    }

    /**
     * Takes all appends that are not committed out of the list. Under the append lock, with everything that is committed drained
     * and by the thread that commits.
     */
    List<PendingAppend> removeUncommitted() {
        List<PendingAppend> removed = new ArrayList<>();
        for (PendingAppend next = head.next; next != null; next = next.next) {
            removed.add(next);
        }
        head.next = null;
        last = head;
        return removed;
    }

    private void dispatch(PendingAppend append) {
        AppendResult result = append.result;
        ConsumeQueue queue = append.queue;
        long logOffset = result.logOffset();
        boolean visible = false;
        for (int i = 0; i < result.count(); i++) {
            PreparedRecord record = result.record(i);
            visible = queue.put(result.queueOffset() + i, logOffset, record.size(), record.tagsCode());
            follow(record, logOffset, result.queueOffset() + i, result.storeTimestamp());
            logOffset += Records.footprint(record.size());
        }
        AppendCallback callback = append.callback;
        if (callback != null) {
            complete(callback, result);
        }
        if (visible) {
            for (int i = 0; i < result.count(); i++) {
                announce(queue, result.queueOffset() + i + 1, result.record(i).tagsCode(), result.storeTimestamp());
            }
        }
    }

    private void follow(PreparedRecord record, long logOffset, long queueOffset, long storeTimestamp) {
        if (followers.isEmpty()) {
            return;
        }
        CommittedRecord committed = record.committed(logOffset, queueOffset, storeTimestamp);
        for (LogFollower follower : followers) {
            try {
                follower.follow(committed);
            } catch (RuntimeException e) {
                LOGGER.error("follower of the log failed: record={}", committed, e);
            }
        }
    }

    private void announce(ConsumeQueue queue, long nextOffset, long tagsCode, long storeTimestamp) {
        try {
            listener.arrived(queue.topic(), queue.queueId(), nextOffset, tagsCode, storeTimestamp);
        } catch (RuntimeException | Error e) {
            LOGGER.error(
                    "arrival listener failed: topic={}, queueId={}, nextOffset={}",
                    queue.topic(),
                    queue.queueId(),
                    nextOffset,
                    e);
        }
    }

    static void complete(AppendCallback callback, AppendResult result) {
        try {
            callback.committed(result);
        } catch (RuntimeException | Error e) {
            LOGGER.error("append callback failed: logOffset={}", result.logOffset(), e);
        }
    }

    static void fail(AppendCallback callback, StoreException reason) {
        try {
            callback.failed(reason);
        } catch (RuntimeException | Error e) {
            LOGGER.error("append callback failed: reason={}", reason.getMessage(), e);
        }
    }
}
