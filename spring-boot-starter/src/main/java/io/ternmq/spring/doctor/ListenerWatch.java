package io.ternmq.spring.doctor;

import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageModel;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.listener.ListenerContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks at all listeners from time to time: how far behind they are, and whether they have come to a standstill although
 * there is something to do. Then it asks the doctor, and says so in the log: once, and again when the listener has
 * recovered and stalled anew. One thread, and one question to the cluster for each listener and round.
 */
public final class ListenerWatch implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerWatch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final class Track {
        private long completed = -1;
        private long movedNanos;
        private boolean told;
    }

    private final Supplier<Collection<ListenerContainer>> listeners;
    private final Doctor doctor;
    private final Clusters clusters;
    private final CallWatch calls;
    private final Duration interval;
    private final Duration stallAfter;
    private final LongSupplier nanoClock;
    private final Consumer<Diagnosis> stalled;
    private final Map<String, Backlog> backlogs = new ConcurrentHashMap<>();
    private final Map<String, Track> tracks = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService executor;

    /**
     * Makes the watch.
     *
     * @param listeners those to look at
     * @param interval how often
     * @param stallAfter so long a listener that is behind may do nothing
     */
    public ListenerWatch(
            Supplier<Collection<ListenerContainer>> listeners,
            Doctor doctor,
            Clusters clusters,
            CallWatch calls,
            Duration interval,
            Duration stallAfter) {
        this(listeners, doctor, clusters, calls, interval, stallAfter, System::nanoTime, ListenerWatch::tell);
    }

    ListenerWatch(
            Supplier<Collection<ListenerContainer>> listeners,
            Doctor doctor,
            Clusters clusters,
            CallWatch calls,
            Duration interval,
            Duration stallAfter,
            LongSupplier nanoClock,
            Consumer<Diagnosis> stalled) {
        this.listeners = listeners;
        this.doctor = doctor;
        this.clusters = clusters;
        this.calls = calls;
        this.interval = interval;
        this.stallAfter = stallAfter;
        this.nanoClock = nanoClock;
        this.stalled = stalled;
    }

    private static void tell(Diagnosis diagnosis) {
        LOG.warn("Listener has stalled: {}", diagnosis);
    }

    /** How far behind a listener was when the cluster was last asked; nothing if that is not known. */
    public Optional<Backlog> backlog(String listenerId) {
        return Optional.ofNullable(backlogs.get(listenerId));
    }

    /** One round. Blocks. */
    void look() {
        Collection<ListenerContainer> current = listeners.get();
        backlogs.keySet().retainAll(current.stream().map(ListenerContainer::id).toList());
        tracks.keySet().retainAll(current.stream().map(ListenerContainer::id).toList());
        for (ListenerContainer listener : current) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            look(listener);
        }
    }

    private void look(ListenerContainer listener) {
        Track track = tracks.computeIfAbsent(listener.id(), id -> new Track());
        if (!listener.isRunning() || listener.isPaused()) {
            // Somebody wanted that; the time begins when it goes on.
            track.completed = -1;
            measure(listener);
            return;
        }
        long completed = calls.record(listener.id()).completed();
        if (completed != track.completed) {
            track.completed = completed;
            track.movedNanos = nanoClock.getAsLong();
            track.told = false;
        }
        if (!measure(listener)) {
            // It rests because there is nothing to do; the time begins when there is.
            track.movedNanos = nanoClock.getAsLong();
        } else if (!track.told && nanoClock.getAsLong() - track.movedNanos >= stallAfter.toNanos()) {
            Diagnosis diagnosis = doctor.examine(listener);
            // A call that has begun only just now may still return; if it does not, the next round says so.
            if (!diagnosis.isHealthy() || calls.active(listener.id()) == 0) {
                track.told = true;
                stalled.accept(diagnosis);
            }
        }
    }

    /** Asks how far behind it is; whether it is, or nobody can tell. */
    private boolean measure(ListenerContainer listener) {
        if (listener.config().messageModel() == MessageModel.BROADCASTING) {
            // Its progress is kept by each member for itself.
            return calls.active(listener.id()) > 0;
        }
        try {
            long lag = clusters.admin(doctor.clusterOf(listener))
                    .progress(listener.config().groupId())
                    .lag();
            backlogs.put(listener.id(), new Backlog(lag, Instant.now()));
            return lag > 0;
        } catch (MQClientException e) {
            LOG.debug("backlog is not known: listener={}", listener.id(), e);
            backlogs.remove(listener.id());
            return true;
        }
    }

    private void lookQuietly() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("Listeners cannot be watched now; the next round follows in {}", interval, e);
        }
    }

    @Override
    public synchronized void start() {
        if (executor != null) {
            return;
        }
        ScheduledExecutorService fresh = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "ternmq-watch");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> unused = fresh.scheduleWithFixedDelay(
                this::lookQuietly, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        executor = fresh;
    }

    /** Ends the round that is under way. */
    @Override
    public synchronized void stop() {
        ScheduledExecutorService current = executor;
        executor = null;
        if (current == null) {
            return;
        }
        current.shutdownNow();
        try {
            if (!current.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("The watch ends when its last question is answered");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return executor != null;
    }

    /** Begins after the listeners, and ends before them. */
    @Override
    public int getPhase() {
        return ConsumerBean.PHASE + 1;
    }
}
