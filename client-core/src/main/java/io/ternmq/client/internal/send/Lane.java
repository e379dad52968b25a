package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the parcels of one topic, or of one queue, line up. The first leaves at once. While {@value #UNANSWERED} requests
 * to a broker are unanswered, further ones wait here, and leave together in one batch when an answer comes: no clock is
 * involved, a batch is as large as the broker is busy. Parcels leave in the order in which they came.
 *
 * <p>Whoever brings something, a parcel or an answer, does the work that is then possible, or leaves it to the one who is
 * at it: {@link #work} counts who has asked, so that only one thread works at a time and none waits.
 */
final class Lane {

    /** One on the way and one for the broker to go on with. */
    private static final int UNANSWERED = 2;

    private static final long ROUTE_PAUSE_MILLIS = 100;

    /** Which parcels may go together. */
    record Limits(int messages, int bytes) {}

    /** Says where the next parcels go. */
    @FunctionalInterface
    interface Destination {
        /**
         * The queue for what leaves now.
         *
         * @param isFree whether a broker of this name can take more now
         * @return the queue, or {@code null} to wait for an answer
         */
        @Nullable
        MessageQueue next(Route route, Predicate<String> isFree);
    }

    private final SendTask.Setting setting;
    private final String topic;
    private final Limits limits;
    private final Destination destination;
    private final SendTask.Rules rules;

    private final Queue<Parcel> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger();
    private final Map<String, AtomicInteger> unanswered = new ConcurrentHashMap<>();
    private final Set<SendTask> underway = ConcurrentHashMap.newKeySet();
    private volatile boolean blocked;
    private volatile boolean askingForRoute;
    private volatile @Nullable Throwable routeFailure;

    /**
     * Creates one.
     *
     * @param fixedQueue what cannot be sent to its queue may not be sent to another
     */
    Lane(SendTask.Setting setting, String topic, Limits limits, Destination destination, boolean fixedQueue) {
        this.setting = setting;
        this.topic = topic;
        this.limits = limits;
        this.destination = destination;
        this.rules = new SendTask.Rules(fixedQueue, true);
    }

    void add(Parcel parcel) {
        waiting.add(parcel);
        // Whoever has found the lane blocked, after the parcel was there, may leave it: an answer is to come.
        if (!blocked) {
            dispatch();
        }
    }

    private void dispatch() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int asked = 1;
        while (asked != 0) {
            dispatchAll();
            asked = work.addAndGet(-asked);
        }
    }

    private void dispatchAll() {
        blocked = false;
        Parcel first = waiting.peek();
        while (first != null && dispatchOrFail(first)) {
            first = waiting.peek();
        }
    }

    private boolean dispatchOrFail(Parcel first) {
        try {
            return dispatch(first);
        } catch (RuntimeException e) {
            waiting.remove(first);
            fail(first, ClientInstance.asClientException(e));
            return true;
        }
    }

    /** Sends the parcel, and others with it; returns whether the next can be sent too. */
    private boolean dispatch(Parcel first) {
        if (first.isOverdue(System.nanoTime())) {
            waiting.remove();
            fail(first, overdue(first));
            return true;
        }
        Route route = setting.client().routes().known(topic);
        if (route == null) {
            findRoute();
            return false;
        }
        if (route.writeQueues().isEmpty()) {
            setting.client().routes().forget(route);
            waiting.remove();
            fail(first, SendTask.noQueue(topic));
            return true;
        }
        boolean alone = first.contents().alone();
        MessageQueue queue = destination.next(route, alone ? broker -> true : this::isFree);
        if (queue == null) {
            blocked = true;
            return false;
        }
        if (alone) {
            waiting.remove();
            new SendTask(setting, List.of(first), rules, SendTask.Progress.NONE).start(route, queue);
        } else {
            gather(route, queue);
        }
        return true;
    }

    private void gather(Route route, MessageQueue queue) {
        List<Parcel> parcels = new ArrayList<>();
        int bytes = 0;
        Parcel next = waiting.peek();
        while (next != null
                && !next.contents().alone()
                && parcels.size() < limits.messages()
                && (parcels.isEmpty() || bytes + next.contents().bytesInBatch() <= limits.bytes())) {
            waiting.remove();
            parcels.add(next);
            bytes += next.contents().bytesInBatch();
            next = waiting.peek();
        }
        String broker = queue.brokerName();
        counter(broker).incrementAndGet();
        SendTask task = new SendTask(setting, parcels, rules, new SendTask.Progress() {
            @Override
            public void firstTryOver() {
                counter(broker).decrementAndGet();
                dispatch();
            }

            @Override
            public void ended(SendTask ended) {
                underway.remove(ended);
            }
        });
        underway.add(task);
        task.start(route, queue);
    }

    private boolean isFree(String broker) {
        return counter(broker).get() < UNANSWERED;
    }

    private AtomicInteger counter(String broker) {
        return unanswered.computeIfAbsent(broker, name -> new AtomicInteger());
    }

    /** Asks where the topic is, or ends those who have waited to learn it. */
    private void findRoute() {
        Throwable failure = routeFailure;
        if (failure != null && !askingForRoute) {
            routeFailure = null;
            failWaiting(ClientInstance.asClientException(failure));
            return;
        }
        blocked = true;
        if (!askingForRoute) {
            askingForRoute = true;
            CompletableFuture<?> unused = setting.client()
                    .routes()
                    .forSending(topic)
                    .whenComplete((route, error) -> routeAnswered(error == null ? null : Failures.unwrap(error)));
        }
    }

    private void routeAnswered(@Nullable Throwable failure) {
        if (failure instanceof MQClientException unreachable
                && unreachable.getResponseCode() == MQClientException.NO_RESPONSE) {
            // Nobody has answered; parcels wait for somebody who does, until their time is over.
            var unused = setting.client().runtime().later(ROUTE_PAUSE_MILLIS, TimeUnit.MILLISECONDS, () -> {
                askingForRoute = false;
                dispatch();
            });
            return;
        }
        routeFailure = failure;
        askingForRoute = false;
        dispatch();
    }

    private void failWaiting(MQClientException reason) {
        for (Parcel parcel = waiting.poll(); parcel != null; parcel = waiting.poll()) {
            fail(parcel, reason);
        }
    }

    private void fail(Parcel parcel, MQClientException reason) {
        if (parcel.end()) {
            setting.inFlight().leave(List.of(parcel));
            setting.trace().failed(parcel);
            parcel.tellFailed(reason);
        }
    }

    private MQClientException overdue(Parcel parcel) {
        return new MQClientException("the message could not be sent in time: topic=" + topic + ", waited="
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - parcel.startNanos()) + " ms, tries=0, reason="
                + (askingForRoute
                        ? "the route of the topic is not known yet"
                        : "brokers have not answered earlier sends yet: unanswered=" + unanswered));
    }

    /** Fails what has waited, here or for its answer, until its time was over. */
    void expire(long nowNanos) {
        Parcel first = waiting.peek();
        if (first != null && first.isOverdue(nowNanos)) {
            dispatch();
        }
        for (SendTask task : underway) {
            task.expire(nowNanos);
        }
    }
}
