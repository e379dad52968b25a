package io.ternmq.broker.store;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.store.StoreException.Kind;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces the log. With {@link FlushMode#SYNC} that is the commit: one force serves all who wait, then their receipts are completed
 * in order. With {@link FlushMode#ASYNC} it forces in the background.
 *
 * <p>A force that failed is never simply repeated, for the operating system may have given up the bytes and report success the
 * next time. Appends are refused until the range in doubt is dealt with: not acknowledged yet (sync), it is cut off; acknowledged
 * already (async), it is read back, checked and written anew.
 */
final class Flusher implements Agent {
    private static final Logger LOGGER = LoggerFactory.getLogger(Flusher.class);
    private static final long PAUSE_AFTER_FAILURE_NANOS = 1_000_000_000L;
    private static final long UNTIL_WOKEN_NANOS = 3_600_000_000_000L;

    private final boolean commits;
    private final long intervalNanos;
    private final CommitLog log;
    private final Dispatcher dispatcher;
    private final Appender appender;
    private final DeletedTopics deletedTopics;

    /** The refusal this flusher has made and must take back. Only its thread uses it. */
    private @Nullable StoreException doubt;

    Flusher(StoreConfig config, CommitLog log, Dispatcher dispatcher, Appender appender, DeletedTopics deletedTopics) {
        this.commits = config.flush() == FlushMode.SYNC;
        this.intervalNanos = config.flushInterval().toNanos();
        this.log = log;
        this.dispatcher = dispatcher;
        this.appender = appender;
        this.deletedTopics = deletedTopics;
    }

    @Override
    public String name() {
        return "ternmq-flush";
    }

    @Override
    public long work() {
        if (doubt != null && !settle()) {
            return PAUSE_AFTER_FAILURE_NANOS;
        }
        try {
            long durable = log.force();
            if (commits) {
                dispatcher.commit(durable);
                dispatcher.drain();
                return UNTIL_WOKEN_NANOS;
            }
            return intervalNanos;
        } catch (IOException e) {
            stopAppends(e);
            return PAUSE_AFTER_FAILURE_NANOS;
        }
    }

    /** Whether a failed force is not dealt with yet. */
    boolean isInDoubt() {
        return doubt != null;
    }

    private void stopAppends(IOException e) {
        StoreException reason = new StoreException(
                Kind.FAILED,
                "log could not be forced to disk: durable=" + log.durable() + ", reason=" + e.getMessage()
                        + "; appends are refused until the range in doubt is written anew; check the disk",
                e);
        LOGGER.error(reason.getMessage(), e);
        doubt = reason;
        List<PendingAppend> lost = List.of();
        appender.lock().lock();
        try {
            appender.refuse(reason);
            if (commits) {
                lost = dispatcher.removeUncommitted();
                for (PendingAppend append : lost) {
                    append.queue.release(append.result.queueOffset());
                }
            }
        } finally {
            appender.lock().unlock();
        }
        for (PendingAppend append : lost) {
            if (append.callback != null) {
                Dispatcher.fail(append.callback, reason);
            }
        }
    }

    /** Deals with the range in doubt, and accepts appends again if that worked. */
    private boolean settle() {
        appender.lock().lock();
        try {
            if (commits) {
                log.takeBack(dispatcher.committed());
            } else {
                log.rewriteInDoubt();
            }
            log.force();
            deletedTopics.limitTo(log.end());
            if (appender.refusal() == doubt) {
                appender.refuse(null);
            }
            doubt = null;
            LOGGER.warn("log is sound on disk again, appends are accepted: durable={}", log.durable());
            return true;
        } catch (IOException e) {
            LOGGER.warn("log is still in doubt: durable={}", log.durable(), e);
            return false;
        } finally {
            appender.lock().unlock();
        }
    }
}
