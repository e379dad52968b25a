package io.ternmq.spring.provisioning;

import io.ternmq.client.MQClientException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts for a cluster that may be away while the application starts: the first is waited for as long as the cluster answers, and what it
 * has failed to do for want of a cluster is tried again every second, on a thread of its own that ends with the last attempt or with this.
 */
final class BackgroundAttempts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

    /** A cluster that answers at all does so within this time; who goes on without need not wait longer. */
    private static final long PATIENCE_MILLIS = 1000;

    private static final long RETRY_MILLIS = 1000;
    /** An attempt that is interrupted ends at once; this is for one that cannot be. */
    private static final long CLOSE_MILLIS = 2000;

    private final Attempt attempt;
    private final ScheduledThreadPoolExecutor thread;

    BackgroundAttempts(Attempt attempt) {
        this.attempt = attempt;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread fresh = new Thread(task, "ternmq-provisioning-" + attempt.cluster());
            fresh.setDaemon(true);
            return fresh;
        });
        thread.setKeepAliveTime(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Makes the first attempt, and leaves the others to the background.
     *
     * @throws MQClientException if the cluster refuses
     * @throws ProvisioningException if there is a difference, and the mode is to insist
     */
    void begin() {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        CompletableFuture<Void> done =
                CompletableFuture.runAsync(() -> attempt.run(() -> answered.complete(null)), thread);
        try {
            CompletableFuture.anyOf(answered, done).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            done.join();
        } catch (TimeoutException e) {
            goOnWithout("it does not answer: waited=" + PATIENCE_MILLIS + " ms");
            CompletableFuture<Void> unused = done.whenComplete((nothing, failure) -> {
                if (failure == null) {
                    tellSuccess();
                } else {
                    failed(unwrap(failure), "");
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MQClientException(
                    "interrupted while topics and groups were compared: cluster=" + attempt.cluster(), e);
        } catch (ExecutionException | CompletionException e) {
            Throwable failure = unwrap(e);
            if (Attempt.isAway(failure)) {
                goOnWithout(String.valueOf(failure.getMessage()));
                again(String.valueOf(failure.getMessage()));
            } else {
                throw rethrown(failure);
            }
        }
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
        return wraps && cause != null ? cause : failure;
    }

    static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    private void goOnWithout(String reason) {
        attempt.goOnWithout();
        LOG.warn(
                "Topics and groups are compared when the cluster is there, which is away; trying every second:"
                        + " cluster={}, reason={}",
                attempt.cluster(),
                reason);
    }

    private void tellSuccess() {
        LOG.info("The cluster is there, its topics and groups were compared: cluster={}", attempt.cluster());
    }

    private void again(String lastReason) {
        if (!thread.isShutdown()) {
            var unused = thread.schedule(() -> retry(lastReason), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void retry(String lastReason) {
        try {
            attempt.run(() -> {});
            tellSuccess();
        } catch (RuntimeException e) {
            failed(e, lastReason);
        }
    }

    /** Absence was announced; anything else is news, once. */
    private void failed(Throwable failure, String lastReason) {
        String reason = String.valueOf(failure.getMessage());
        if (thread.isShutdown()) {
            return;
        }
        if (failure instanceof ProvisioningException) {
            LOG.error("The application runs, and {}", reason);
            return;
        }
        if (!Attempt.isAway(failure) && !reason.equals(lastReason)) {
            LOG.warn(
                    "Topics and groups could not be compared, trying again every second: cluster={}",
                    attempt.cluster(),
                    failure);
        }
        again(reason);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("An attempt to compare topics and groups has not ended yet: waited={} ms", CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
