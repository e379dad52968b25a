package io.ternmq.spring.transaction;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For the starter's own packages; no part of its API. Deletes rows that have expired, every now and then, on a thread of its own, until it
 * is closed.
 */
public final class Cleaner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    private final ScheduledThreadPoolExecutor thread;
    private final ScheduledFuture<?> cleaning;

    /**
     * Begins.
     *
     * @param name of what is cleaned, for the thread and the log
     * @param interval pause before the first and after each cleaning
     * @param delete deletes and returns how many rows
     */
    public Cleaner(String name, Duration interval, IntSupplier delete) {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread fresh = new Thread(task, "ternmq-clean-" + name);
            fresh.setDaemon(true);
            return fresh;
        });
        cleaning = thread.scheduleWithFixedDelay(
                () -> clean(name, delete), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void clean(String name, IntSupplier delete) {
        try {
            int deleted = delete.getAsInt();
            if (deleted > 0) {
                LOG.debug("Deleted rows that have expired: of={}, rows={}", name, deleted);
            }
        } catch (RuntimeException e) {
            LOG.warn("Rows that have expired could not be deleted, will be tried again: of={}", name, e);
        }
    }

    @Override
    public void close() {
        cleaning.cancel(true);
        thread.shutdownNow();
    }
}
