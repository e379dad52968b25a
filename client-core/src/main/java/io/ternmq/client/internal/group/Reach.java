package io.ternmq.client.internal.group;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPolicy;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.protocol.frame.MalformedFrameException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a cluster that may be away when a client starts. Those who start ask {@link #reach()}; where they may go on without, the timer
 * thread keeps trying, and tells when the cluster is there.
 */
final class Reach implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Reach.class);
    /** A cluster that answers at all does so within this time; who goes on without need not wait longer. */
    private static final long PATIENCE_MILLIS = 1000;

    private static final long RETRY_MILLIS = 1000;
    private static final long PAUSE_MILLIS = 200;

    private final ClientConfig config;
    private final ClientRuntime runtime;
    private final Supplier<CompletableFuture<?>> attempts;
    private final long attemptNanos;
    private final Runnable found;
    private @Nullable ScheduledFuture<?> retrying;
    private @Nullable String lastReason;

    /**
     * Makes a way that nobody has gone.
     *
     * @param attempts tries to reach the cluster, once
     * @param attemptNanos how long an attempt takes at most
     * @param found called on the timer's or an I/O thread when a cluster that was away has been reached
     */
    Reach(
            ClientConfig config,
            ClientRuntime runtime,
            Supplier<CompletableFuture<?>> attempts,
            long attemptNanos,
            Runnable found) {
        this.config = config;
        this.runtime = runtime;
        this.attempts = attempts;
        this.attemptNanos = attemptNanos;
        this.found = found;
    }

    /**
     * Reaches the cluster as the start policy says. Blocks.
     *
     * @return false if it is away and the caller goes on without
     * @throws MQClientException if it cannot be reached and the caller must not go on
     */
    boolean reach() {
        if (runtime.isOwnThread()) {
            throw new MQClientException("a callback of the client cannot wait for the cluster: nameServers="
                    + String.join(";", config.nameServers()) + "; start producers and consumers on another thread");
        }
        if (config.startPolicy() == StartPolicy.BACKGROUND) {
            return reachOrGoOn();
        }
        boolean waits = config.startPolicy() == StartPolicy.WAIT;
        long end = System.nanoTime() + config.startTimeout().toNanos();
        while (true) {
            Throwable failure = attempt(attemptNanos);
            if (failure == null) {
                return true;
            }
            if (!waits || !isAway(failure) || System.nanoTime() - end >= 0) {
                throw ClientInstance.rethrown(failure);
            }
            pause();
        }
    }

    private boolean reachOrGoOn() {
        synchronized (this) {
            if (retrying != null) {
                return false;
            }
        }
        Throwable failure = attempt(TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS));
        if (failure == null) {
            return true;
        }
        if (!isAway(failure)) {
            throw ClientInstance.rethrown(failure);
        }
        synchronized (this) {
            if (retrying == null) {
                LOGGER.warn(
                        "the cluster is away; going on without, and connecting when it is there: nameServers={},"
                                + " reason={}",
                        String.join(";", config.nameServers()),
                        failure.getMessage());
                retrying = runtime.every(RETRY_MILLIS, TimeUnit.MILLISECONDS, this::retry);
            }
        }
        return false;
    }

    /** Returns why the cluster was not reached, or {@code null} if it was. */
    private @Nullable Throwable attempt(long nanos) {
        // Others may wait for the same attempt.
        CompletableFuture<?> mine = attempts.get().copy();
        ScheduledFuture<?> end = runtime.later(
                nanos,
                TimeUnit.NANOSECONDS,
                () -> mine.completeExceptionally(new MQClientException("the name server does not answer: waited="
                        + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms, nameServers="
                        + String.join(";", config.nameServers()))));
        try {
            return await(mine);
        } finally {
            end.cancel(false);
        }
    }

    private void pause() {
        CompletableFuture<?> over = new CompletableFuture<>();
        ScheduledFuture<?> end = runtime.later(PAUSE_MILLIS, TimeUnit.MILLISECONDS, () -> over.complete(null));
        try {
            await(over);
        } finally {
            end.cancel(false);
        }
    }

    /**
     * Returns why it failed, or {@code null}. The timer ends what is awaited here, and not a time-out: a thread that waits without one counts as one that may be interrupted when Spring
     * closes a context that is still starting.
     */
    private static @Nullable Throwable await(CompletableFuture<?> future) {
        try {
            future.get();
            return null;
        } catch (ExecutionException e) {
            return Failures.unwrap(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MQClientException("interrupted while the cluster was waited for", e);
        }
    }

    private void retry() {
        CompletableFuture<?> unused = attempts.get().whenComplete((done, error) -> {
            if (error == null) {
                reached();
            } else {
                complain(Failures.unwrap(error));
            }
        });
    }

    /** Absence was announced; anything else is news. */
    private synchronized void complain(Throwable reason) {
        String text = String.valueOf(reason.getMessage());
        if (retrying != null && !isAway(reason) && !text.equals(lastReason)) {
            lastReason = text;
            LOGGER.warn("the cluster is there and refuses; trying again every second: reason={}", text);
        }
    }

    private void reached() {
        synchronized (this) {
            if (retrying == null) {
                return;
            }
            retrying.cancel(false);
            retrying = null;
        }
        LOGGER.info("the cluster is there: nameServers={}", String.join(";", config.nameServers()));
        found.run();
    }

    /** Whether the failure is one that passes when somebody starts the broker or mends the network. */
    private static boolean isAway(Throwable failure) {
        if (failure instanceof MQClientException answered
                && answered.getResponseCode() != MQClientException.NO_RESPONSE) {
            return false;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof MalformedFrameException || cause instanceof SSLException) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized void close() {
        if (retrying != null) {
            retrying.cancel(false);
            retrying = null;
        }
    }
}
