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
 * Looks at all listeners from time to time: how far behind they are, whether they have come to a standstill although there is something
 * to do, and whether they rest because there is nothing. Of a standstill it asks the doctor, and says so in the log: once, and again when
 * the listener has recovered and stalled anew. Each of these is an event of the application too, published by the thread of the watch.
 * One thread, and one question to the cluster for each listener and round.
 */
public final class ListenerWatch implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerWatch.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /**
     * When the watch looks, and how patient it is.
     *
     * @param interval how often it looks
     * @param stallAfter so long a listener that is behind may do nothing
     * @param idleAfter so long a listener has nothing to do before it counts as idle; {@code null} if nobody wants to know
     */
    public record Times(
            Duration interval,
            Duration stallAfter,
            @Nullable Duration idleAfter) {}

    private final Supplier<Collection<ListenerContainer>> listeners;
    private final Doctor doctor;
    private final Clusters clusters;
    private final CallWatch calls;
    private final Times times;
    private final LongSupplier nanoClock;
    private final Consumer<Object> events;
    private final Map<String, Backlog> backlogs = new ConcurrentHashMap<>();
    private final Map<String, Progress> progress = new ConcurrentHashMap<>();
    private @Nullable ScheduledExecutorService executor;
    private volatile @Nullable Thread looking;
    private volatile boolean stopped;

    /**
     * Makes the watch.
     *
     * @param listeners those to look at
     * @param events publishes {@link ListenerStalledEvent}, {@link ListenerRecoveredEvent} and {@link ListenerIdleEvent}
     */
    public ListenerWatch(
            Supplier<Collection<ListenerContainer>> listeners,
            Doctor doctor,
            Clusters clusters,
            CallWatch calls,
            Times times,
            Consumer<Object> events) {
        this(listeners, doctor, clusters, calls, times, events, System::nanoTime);
    }

    ListenerWatch(
            Supplier<Collection<ListenerContainer>> listeners,
            Doctor doctor,
            Clusters clusters,
            CallWatch calls,
            Times times,
            Consumer<Object> events,
            LongSupplier nanoClock) {
        this.listeners = listeners;
        this.doctor = doctor;
        this.clusters = clusters;
        this.calls = calls;
        this.times = times;
        this.events = events;
        this.nanoClock = nanoClock;
    }

    /** How far behind a listener was when the cluster was last asked; nothing if that is not known. */
    public Optional<Backlog> backlog(String listenerId) {
        return Optional.ofNullable(backlogs.get(listenerId));
    }

    /** One round. Blocks. */
    void look() {
        Collection<ListenerContainer> current = listeners.get();
        backlogs.keySet().retainAll(current.stream().map(ListenerContainer::id).toList());
        progress.keySet().retainAll(current.stream().map(ListenerContainer::id).toList());
        for (ListenerContainer listener : current) {
            if (stopped) {
                return;
            }
            look(listener);
        }
    }

    private void look(ListenerContainer listener) {
        String id = listener.id();
        if (!listener.isRunning() || listener.isPaused()) {
            // Somebody wanted that; the time begins when it goes on. Who was told of a standstill hears of its end.
            Progress before = progress.get(id);
            if (before != null) {
                before.leave();
            }
            measure(listener);
            return;
        }
        long now = nanoClock.getAsLong();
        Progress known = progress.computeIfAbsent(id, absent -> new Progress(now));
        boolean moved = known.see(calls.record(id).completed(), now);
        boolean behind = measure(listener);
        known.see(behind, now);
        String group = listener.config().groupId();
        if (known.isTold() && (moved || !behind)) {
            publish(new ListenerRecoveredEvent(id, group, known.recover(now)));
        }
        if (known.isStalled(times.stallAfter(), now)) {
            Diagnosis diagnosis = doctor.examine(listener);
            // A call that has begun only just now may still return; if it does not, the next round says so.
            if (!diagnosis.isHealthy() || calls.active(id) == 0) {
                known.tell(now);
                LOG.warn("Listener has stalled: {}", diagnosis);
                publish(new ListenerStalledEvent(id, group, diagnosis));
            }
        }
        Duration idleAfter = times.idleAfter();
        if (idleAfter != null && known.becomesIdle(idleAfter, now)) {
            publish(new ListenerIdleEvent(id, group, idleAfter));
        }
    }

    private void publish(Object event) {
        try {
            events.accept(event);
        } catch (RuntimeException e) {
            LOG.warn("A listener of an application event has failed: event={}", event, e);
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
        looking = Thread.currentThread();
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("Listeners cannot be watched now; the next round follows in {}", times.interval(), e);
        } finally {
            looking = null;
        }
    }

    @Override
    public synchronized void start() {
        if (executor != null) {
            return;
        }
        stopped = false;
        ScheduledExecutorService fresh = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "ternmq-watch");
            thread.setDaemon(true);
            return thread;
        });
        long millis = times.interval().toMillis();
        ScheduledFuture<?> unused =
                fresh.scheduleWithFixedDelay(this::lookQuietly, millis, millis, TimeUnit.MILLISECONDS);
        executor = fresh;
    }

    /** Ends the round that is under way. */
    @Override
    public synchronized void stop() {
        ScheduledExecutorService current = executor;
        executor = null;
        stopped = true;
        if (current == null) {
            return;
        }
        if (looking == Thread.currentThread()) {
            // Whoever hears of an event may close the context, which must not be interrupted by that.
            current.shutdown();
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
