package io.ternmq.client.internal.receive;

import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keeps what was pulled until somebody polls it: of each queue in order, the queues in turn. */
final class PollSink implements Sink {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ProcessQueue, Deque<Entry>> waiting = new LinkedHashMap<>();
    private final Set<MessageQueue> paused = ConcurrentHashMap.newKeySet();
    private boolean woken;
    private boolean stopped;

    @Override
    public void accept(ProcessQueue queue, List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            if (!queue.isDropped()) {
                waiting.computeIfAbsent(queue, absent -> new ArrayDeque<>()).addAll(entries);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what is there, or waits for it.
     *
     * @return nothing if the time is over, or if it was woken or stopped
     */
    List<Entry> take(int most, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            List<Entry> taken = takeNow(most);
            while (taken.isEmpty() && !woken && !stopped && left > 0) {
                left = changed.awaitNanos(left);
                taken = takeNow(most);
            }
            woken = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private List<Entry> takeNow(int most) {
        List<Entry> taken = new ArrayList<>();
        for (ProcessQueue queue : List.copyOf(waiting.keySet())) {
            if (taken.size() == most) {
                break;
            }
            Deque<Entry> entries = waiting.get(queue);
            if (entries == null || paused.contains(queue.queue())) {
                continue;
            }
            while (taken.size() < most && !entries.isEmpty()) {
                taken.add(entries.remove());
            }
            // To the end of the line, so that all have their turn.
            waiting.remove(queue);
            if (!entries.isEmpty()) {
                waiting.put(queue, entries);
            }
        }
        return taken;
    }

    /** Puts back what was taken last, in front of what has come since. */
    void putBack(List<Entry> entries) {
        lock.lock();
        try {
            for (int i = entries.size() - 1; i >= 0; i--) {
                Entry entry = entries.get(i);
                if (!entry.queue().isDropped()) {
                    waiting.computeIfAbsent(entry.queue(), absent -> new ArrayDeque<>())
                            .addFirst(entry);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void pause(Collection<MessageQueue> queues) {
        paused.addAll(queues);
    }

    /** The pullers that wait must be told too. */
    void resume(Collection<MessageQueue> queues) {
        paused.removeAll(Set.copyOf(queues));
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isPaused(MessageQueue queue) {
        return paused.contains(queue);
    }

    @Override
    public CompletableFuture<@Nullable Void> retire(ProcessQueue queue) {
        queue.drop();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void forget(ProcessQueue queue) {
        queue.drop();
        Deque<Entry> left;
        lock.lock();
        try {
            left = waiting.remove(queue);
        } finally {
            lock.unlock();
        }
        if (left != null) {
            left.forEach(Entry::discard);
        }
    }

    @Override
    public void watch(Collection<ProcessQueue> queues) {}

    @Override
    public CompletableFuture<@Nullable Void> stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
}
