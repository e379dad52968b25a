package io.ternmq.spring.provisioning;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.Clusters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Compares what an application needs with what its clusters have, when the context starts, and does about the difference what
 * the mode says. A cluster that is away is waited for, fails the start, or is seen to when it is there, as its start policy says.
 */
public final class Provisioner implements SmartLifecycle {

    /** Before everything that uses topics and groups. */
    public static final int PHASE = Integer.MIN_VALUE + 1000;

    private static final long PAUSE_MILLIS = 200;

    private final Clusters clusters;
    private final Supplier<List<Wanted>> wanted;
    private final ProvisioningMode mode;
    private final boolean dryRun;
    private final List<BackgroundAttempts> background = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    /**
     * Makes it.
     *
     * @param wanted what the application needs
     * @param dryRun whether the difference is only told, whatever the mode says
     */
    public Provisioner(Clusters clusters, Supplier<List<Wanted>> wanted, ProvisioningMode mode, boolean dryRun) {
        this.clusters = clusters;
        this.wanted = wanted;
        this.mode = mode;
        this.dryRun = dryRun;
    }

    /** What differs now, in all clusters. Changes nothing. Blocks while it asks. */
    public List<Difference> differences() {
        List<Difference> differences = new ArrayList<>();
        for (Wanted one : wanted.get()) {
            differences.addAll(new Differences(clusters.admin(one.cluster()), () -> {}).find(one));
        }
        return differences;
    }

    /**
     * {@inheritDoc}
     *
     * @throws ClientStartException if a cluster is away whose start policy does not let the application go on without
     * @throws MQClientException if a cluster refuses
     * @throws ProvisioningException if there is a difference, and the mode is to insist
     */
    @Override
    public void start() {
        running = true;
        if (mode == ProvisioningMode.NONE) {
            return;
        }
        try {
            provision();
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    private void provision() {
        for (Wanted one : wanted.get()) {
            ClientConfig client = clusters.client(one.cluster());
            Attempt attempt = new Attempt(clusters, one, mode, dryRun);
            switch (client.startPolicy()) {
                case FAIL -> runUntil(System.nanoTime(), attempt, client);
                case WAIT -> waitFor(attempt, client);
                case BACKGROUND -> begin(attempt);
            }
        }
    }

    /** For each cluster by itself: one that is silent does not keep others waiting. */
    private void begin(Attempt attempt) {
        BackgroundAttempts attempts = new BackgroundAttempts(attempt);
        background.add(attempts);
        attempts.begin();
    }

    /**
     * Waits while another thread tries, and without a time-out: a thread that waits so counts as one that may be interrupted when Spring closes
     * a context that is still starting.
     */
    private void waitFor(Attempt attempt, ClientConfig client) {
        long deadline = System.nanoTime() + client.startTimeout().toNanos();
        FutureTask<@Nullable Void> attempts = new FutureTask<>(() -> runUntil(deadline, attempt, client), null);
        Thread thread = new Thread(attempts, "ternmq-provisioning-" + attempt.cluster());
        thread.setDaemon(true);
        thread.start();
        try {
            attempts.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new MQClientException(
                    "interrupted while the cluster was waited for: cluster=" + attempt.cluster(), e);
        } catch (ExecutionException e) {
            throw BackgroundAttempts.rethrown(e.getCause() == null ? e : e.getCause());
        }
    }

    private void runUntil(long deadline, Attempt attempt, ClientConfig client) {
        while (true) {
            try {
                attempt.run(() -> {});
                return;
            } catch (MQClientException e) {
                if (!Attempt.isAway(e)) {
                    throw e;
                }
                if (!running || System.nanoTime() - deadline >= 0) {
                    throw new ClientStartException(
                            "provisioning of cluster " + attempt.cluster(), client.nameServers(), e);
                }
                pause(e);
            }
        }
    }

    private static void pause(MQClientException reason) {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw reason;
        }
    }

    @Override
    public void stop() {
        running = false;
        background.forEach(BackgroundAttempts::close);
        background.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
