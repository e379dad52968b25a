package io.ternmq.client.internal.receive;

import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.group.OffsetStore;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this consumer's queues in line with its share: gives up what others have now, and begins where they left off
 * with what is new. One round at a time; a round that is asked for meanwhile follows at once.
 */
final class Rebalancer {

    private static final Logger LOGGER = LoggerFactory.getLogger(Rebalancer.class);
    private static final long SAY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ClientRuntime runtime;
    private final Supplier<Collection<String>> topics;
    private final Function<String, ? extends @Nullable Subscription<?>> subscriptions;
    private final Function<String, CompletableFuture<Optional<List<MessageQueue>>>> shares;
    private final Ownership ownership;
    private final OffsetStore offsets;
    private final Function<MessageQueue, CompletableFuture<Long>> starts;
    private final CacheBudget budget;
    private final Timing timing;
    private final Sink sink;
    private final QueuePuller.Surroundings surroundings;
    private final AssignmentReports reports;
    private final Map<MessageQueue, ProcessQueue> queues = new HashMap<>();
    /** Those that are not this consumer's any more, but are not quiet yet. */
    private final Set<MessageQueue> leaving = new HashSet<>();

    private final AtomicBoolean retryPlanned = new AtomicBoolean();
    private final AtomicLong goneSaidNanos = new AtomicLong(System.nanoTime() - SAY_AGAIN_NANOS);
    private @Nullable CompletableFuture<@Nullable Void> round;
    private boolean again;
    private boolean stopped;

    /** Why a queue is given up. */
    private enum Why {
        SHARED_OUT,
        LOST,
        /** It stays this consumer's, and is begun again elsewhere. */
        MOVED
    }

    /**
     * Creates the rebalancer of a consumer.
     *
     * @param topics all topics that are consumed
     * @param subscriptions finds the subscription of a topic, or {@code null} when it has ended
     * @param shares finds the queues of a topic that this consumer is to have, or nothing if that cannot be told now
     * @param starts finds where to begin in a queue
     */
    Rebalancer(
            Supplier<Collection<String>> topics,
            Function<String, ? extends @Nullable Subscription<?>> subscriptions,
            Function<String, CompletableFuture<Optional<List<MessageQueue>>>> shares,
            Ownership ownership,
            OffsetStore offsets,
            Function<MessageQueue, CompletableFuture<Long>> starts,
            Timing timing,
            QueuePuller.Surroundings surroundings,
            AssignmentReports reports) {
        this.runtime = surroundings.client().runtime();
        this.topics = topics;
        this.subscriptions = subscriptions;
        this.shares = shares;
        this.ownership = ownership;
        this.offsets = offsets;
        this.starts = starts;
        this.timing = timing;
        this.budget = surroundings.budget();
        this.sink = surroundings.sink();
        this.surroundings = surroundings;
        this.reports = reports;
    }

    /** Asks for a round. Ends when the round, or the one after it if one is under way, is over. */
    CompletableFuture<@Nullable Void> rebalance() {
        CompletableFuture<@Nullable Void> mine;
        synchronized (this) {
            if (stopped) {
                return CompletableFuture.completedFuture(null);
            }
            if (round != null) {
                again = true;
                return round;
            }
            mine = new CompletableFuture<>();
            round = mine;
        }
        runRound(mine);
        return mine;
    }

    private void runRound(CompletableFuture<@Nullable Void> done) {
        List<CompletableFuture<?>> parts = new ArrayList<>();
        for (String topic : topics.get()) {
            parts.add(CompletableFuture.completedFuture(topic)
                    .thenCompose(shares)
                    .thenCompose(mine -> apply(topic, mine)));
        }
        CompletableFuture<?> unused = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, error) -> {
                    if (error != null) {
                        LOGGER.error("sharing out the queues has failed", error);
                    }
                    if (endRound()) {
                        done.complete(null);
                    } else {
                        runRound(done);
                    }
                });
    }

    private synchronized boolean endRound() {
        if (again && !stopped) {
            again = false;
            return false;
        }
        round = null;
        return true;
    }

    private CompletableFuture<?> apply(String topic, Optional<List<MessageQueue>> share) {
        if (share.isEmpty()) {
            if (surroundings.client().routes().known(topic) != null) {
                retryLater();
            }
            return CompletableFuture.completedFuture(null);
        }
        Set<MessageQueue> kept = Set.copyOf(share.get());
        release(topic, kept);
        reports.revokeStrays(topic, queue -> kept.contains(queue) || isHere(queue));
        Set<MessageQueue> fresh = new HashSet<>();
        synchronized (this) {
            for (MessageQueue queue : share.get()) {
                // One that is leaving asks for a round when it has left.
                if (!stopped && !queues.containsKey(queue) && !leaving.contains(queue)) {
                    fresh.add(queue);
                }
            }
        }
        return fresh.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : ownership.claim(fresh).thenCompose(mine -> beginAll(fresh, mine));
    }

    private synchronized boolean isHere(MessageQueue queue) {
        return queues.containsKey(queue) || leaving.contains(queue);
    }

    private CompletableFuture<?> beginAll(Set<MessageQueue> wanted, Set<MessageQueue> mine) {
        if (mine.size() < wanted.size()) {
            retryLater();
        }
        return CompletableFuture.allOf(mine.stream().map(this::begin).toArray(CompletableFuture<?>[]::new));
    }

    private void release(String topic, Set<MessageQueue> kept) {
        List<ProcessQueue> lost;
        synchronized (this) {
            lost = queues.values().stream()
                    .filter(queue -> queue.queue().topic().equals(topic) && !kept.contains(queue.queue()))
                    .toList();
        }
        lost.forEach(queue -> leave(queue, Why.SHARED_OUT, () -> commit(List.of(queue))));
    }

    /**
     * Gives a queue up: waits until it is quiet, keeps what was achieved, tells the application, and lets others have it.
     *
     * @param commit keeps the progress
     * @return whether it was this consumer's
     */
    private boolean leave(ProcessQueue messages, Why why, Supplier<CompletableFuture<?>> commit) {
        MessageQueue queue = messages.queue();
        synchronized (this) {
            if (!queues.remove(queue, messages)) {
                return false;
            }
            leaving.add(queue);
        }
        CompletableFuture<?> unused = sink.retire(messages)
                .thenCompose(quiet -> commit.get())
                .handle((done, error) -> {
                    sink.forget(messages);
                    return null;
                })
                .thenCompose(nothing -> why == Why.MOVED
                        ? CompletableFuture.completedFuture(null)
                        : reports.revoked(messages, why == Why.LOST))
                .thenCompose(nothing -> ownership.release(List.of(queue)))
                .whenComplete((done, error) -> {
                    boolean more;
                    synchronized (this) {
                        leaving.remove(queue);
                        more = !stopped;
                    }
                    if (more) {
                        rebalanceQuietly();
                    }
                });
        return true;
    }

    private CompletableFuture<?> begin(MessageQueue queue) {
        return starts.apply(queue).handle((offset, error) -> {
            if (error != null) {
                LOGGER.debug("a queue cannot be begun yet: queue={}, reason={}", queue, error.toString());
                retryLater();
            }
            if (error != null || !begin(queue, offset)) {
                CompletableFuture<?> unused = ownership.release(List.of(queue));
            }
            return null;
        });
    }

    private boolean begin(MessageQueue queue, long offset) {
        Subscription<?> subscription = subscriptions.apply(queue.topic());
        if (subscription == null) {
            return false;
        }
        ProcessQueue messages = new ProcessQueue(queue, budget, offset, reports.wanted());
        CompletableFuture<Long> start;
        synchronized (this) {
            if (stopped) {
                return false;
            }
            if (queues.putIfAbsent(queue, messages) != null) {
                return true;
            }
            // Here, so that nobody can tell that it is given up before.
            start = reports.assigned(queue, offset);
        }
        LOGGER.debug("queue begun: group={}, queue={}, offset={}", surroundings.group(), queue, offset);
        if (!ownership.owns(queue)) {
            // Lost while its start was being looked for, when nobody could be told.
            lost(queue);
            return true;
        }
        // The round does not wait for the application; the queue can be given up meanwhile, and nothing is pulled then.
        CompletableFuture<?> unused = start.thenAccept(chosen -> {
            messages.skipTo(chosen);
            new QueuePuller(surroundings, subscription, messages, chosen).pull();
        });
        return true;
    }

    /**
     * Goes on elsewhere in a queue; what waits of it is dropped.
     *
     * @return whether it is this consumer's
     */
    boolean seek(MessageQueue queue, long offset) {
        Subscription<?> subscription = subscriptions.apply(queue.topic());
        if (subscription == null) {
            return false;
        }
        ProcessQueue fresh = new ProcessQueue(queue, budget, offset, reports.wanted());
        ProcessQueue before;
        synchronized (this) {
            before = queues.get(queue);
            if (before == null) {
                return false;
            }
            queues.put(queue, fresh);
        }
        sink.forget(before);
        new QueuePuller(surroundings, subscription, fresh, offset).pull();
        return true;
    }

    /** However many queues ask for it, one round follows. */
    private void retryLater() {
        if (retryPlanned.compareAndSet(false, true)) {
            ScheduledFuture<?> unused = runtime.later(timing.claimRetry().toMillis(), TimeUnit.MILLISECONDS, () -> {
                retryPlanned.set(false);
                rebalanceQuietly();
            });
        }
    }

    void rebalanceQuietly() {
        CompletableFuture<?> unused = rebalance();
    }

    /**
     * The broker says where a queue goes on. What was in hand of it is forgotten. A round begins it again, from what is
     * committed here, if it is still this consumer's.
     */
    void movedTo(ProcessQueue messages, long offset) {
        leave(messages, Why.MOVED, () -> offsets.move(messages.queue(), offset));
    }

    /**
     * The broker does not have a queue's topic any more. If it comes back, it is another one: what was achieved in this
     * one is not committed, and where to begin is asked anew.
     */
    void gone(ProcessQueue messages) {
        if (leave(messages, Why.LOST, () -> CompletableFuture.completedFuture(null))) {
            long now = System.nanoTime();
            long last = goneSaidNanos.get();
            // Each queue asks again and again until the topic is back.
            if (now - last >= SAY_AGAIN_NANOS && goneSaidNanos.compareAndSet(last, now)) {
                LOGGER.warn(
                        "the broker does not have a consumed topic: group={}, queue={}; it is begun anew if it comes"
                                + " back",
                        surroundings.group(),
                        messages.queue());
            }
        }
    }

    /** Somebody else may be at a queue by now: what was done since the last commit is not committed over their progress. */
    void lost(MessageQueue queue) {
        ProcessQueue messages;
        synchronized (this) {
            messages = queues.get(queue);
        }
        if (messages != null) {
            leave(messages, Why.LOST, () -> CompletableFuture.completedFuture(null));
        }
    }

    /** Begins all queues of a topic anew, with the subscription that it has now. */
    void restart(String topic) {
        release(topic, Set.of());
    }

    /** Keeps what has been achieved since the last time. */
    CompletableFuture<?> commit() {
        return commit(queues());
    }

    private CompletableFuture<?> commit(List<ProcessQueue> some) {
        Map<MessageQueue, Long> changed = new HashMap<>();
        for (ProcessQueue queue : some) {
            Long offset = queue.takeUncommitted();
            if (offset != null) {
                changed.put(queue.queue(), offset);
            }
        }
        return changed.isEmpty() ? CompletableFuture.completedFuture(null) : offsets.commit(changed);
    }

    /** The queues that are this consumer's now. */
    synchronized List<ProcessQueue> queues() {
        return List.copyOf(queues.values());
    }

    /** No queue is begun any more, and none pulled. What is in hand may still be finished and committed. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        queues().forEach(ProcessQueue::stopPulling);
    }

    /** Tells the application that it has no queues any more; after {@link #stop()} and the last commit. */
    CompletableFuture<?> report() {
        return reports.end();
    }

    /** Lets others have the queues, except those in which a listener is still running. */
    CompletableFuture<?> end() {
        List<MessageQueue> quiet = new ArrayList<>();
        for (ProcessQueue queue : queues()) {
            if (sink.retire(queue).isDone()) {
                quiet.add(queue.queue());
            }
            sink.forget(queue);
        }
        return ownership.release(quiet);
    }
}
