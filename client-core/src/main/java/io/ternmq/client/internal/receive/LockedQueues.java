package io.ternmq.client.internal.receive;

import io.ternmq.client.internal.group.QueueLocks;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues that a consumer may consume in order, because it holds the broker's locks on them. A lock is renewed long
 * before the broker forgets it, and counts as lost a good while before, so that two members are never at one queue. When
 * the connection has been lost nothing is handled until the broker has confirmed its lock again: a broker that was
 * restarted remembers none, and may have given it to another member.
 */
final class LockedQueues implements Ownership {

    private static final Logger LOGGER = LoggerFactory.getLogger(LockedQueues.class);

    private final QueueLocks locks;
    private final Timing timing;
    /** A lock as the broker has confirmed it. */
    private record Lock(long sinceNanos, int connection) {}

    private final Map<MessageQueue, Lock> confirmed = new ConcurrentHashMap<>();
    private final Set<MessageQueue> renewing = ConcurrentHashMap.newKeySet();

    LockedQueues(QueueLocks locks, Timing timing) {
        this.locks = locks;
        this.timing = timing;
    }

    /** Whether messages of a queue may be handled now. */
    @Override
    public boolean isHeld(MessageQueue queue) {
        Lock lock = confirmed.get(queue);
        return lock != null
                && System.nanoTime() - lock.sinceNanos() < timing.lockValidity().toNanos()
                && lock.connection() == locks.connection(queue);
    }

    @Override
    public CompletableFuture<Set<MessageQueue>> claim(Set<MessageQueue> queues) {
        // The broker counts from when it gets the request, which is later.
        long asked = System.nanoTime();
        Set<MessageQueue> claimed = ConcurrentHashMap.newKeySet();
        return CompletableFuture.allOf(locks.lock(queues).stream()
                        .map(answer -> answer.held().handle((held, error) -> {
                            if (held == null) {
                                LOGGER.debug("locks are not answered: {}, reason={}", answer, String.valueOf(error));
                                return claimed;
                            }
                            held.forEach(queue -> confirmed.put(queue, new Lock(asked, locks.connection(queue))));
                            claimed.addAll(held);
                            return claimed;
                        }))
                        .toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> claimed);
    }

    @Override
    public CompletableFuture<@Nullable Void> release(Collection<MessageQueue> queues) {
        List<MessageQueue> held = new ArrayList<>();
        for (MessageQueue queue : queues) {
            if (confirmed.remove(queue) != null) {
                held.add(queue);
            }
        }
        return locks.unlock(held);
    }

    @Override
    public boolean owns(MessageQueue queue) {
        return confirmed.containsKey(queue);
    }

    @Override
    public void keep(Consumer<MessageQueue> lost) {
        long now = System.nanoTime();
        Set<MessageQueue> old = new HashSet<>();
        confirmed.forEach((queue, lock) -> {
            long age = now - lock.sinceNanos();
            boolean due = age >= timing.lockRenewal().toNanos() || lock.connection() != locks.connection(queue);
            if (age >= timing.lockValidity().toNanos()) {
                lose(queue, "the broker could not be asked to renew it in time", lost);
            } else if (due && renewing.add(queue)) {
                old.add(queue);
            }
        });
        if (old.isEmpty()) {
            return;
        }
        for (QueueLocks.Answer answer : locks.lock(old)) {
            CompletableFuture<?> unused =
                    answer.held().whenComplete((held, error) -> renewed(answer.asked(), held, now, lost));
        }
    }

    private void renewed(
            Set<MessageQueue> due, @Nullable Set<MessageQueue> held, long when, Consumer<MessageQueue> lost) {
        if (held == null) {
            // Asked again by the next round; until it is too old the lock is good.
            renewing.removeAll(due);
            return;
        }
        for (MessageQueue queue : due) {
            renewing.remove(queue);
            if (held.contains(queue)) {
                confirmed.computeIfPresent(
                        queue, (same, lock) -> new Lock(Math.max(lock.sinceNanos(), when), locks.connection(queue)));
            } else {
                lose(queue, "another member has it", lost);
            }
        }
    }

    private void lose(MessageQueue queue, String reason, Consumer<MessageQueue> lost) {
        if (confirmed.remove(queue) != null) {
            LOGGER.warn("the lock on a queue is lost: queue={}, reason={}; it is asked for again", queue, reason);
            lost.accept(queue);
        }
    }
}
