package io.ternmq.client.internal.receive;

import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.message.StoredMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A message that is leased to this consumer, from the answer that brought it to the end of its handling.
 *
 * <pre>
 *             begin()              settle()
 *   WAITING ───────────▶ RUNNING ───────────▶ SETTLED
 *      └──────────────── settle() ───────────────▲     given back without having begun
 * </pre>
 */
final class PoppedMessage {

    private enum State {
        WAITING,
        RUNNING,
        SETTLED
    }

    private final String topic;
    private final String address;
    private final StoredMessage stored;
    private final long leaseNanos;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private CompletableFuture<PopHandle> handle;
    private volatile long leasedNanos;
    private volatile long startNanos;

    /**
     * Creates one.
     *
     * @param topic the topic that was asked for, which it belongs to even if it lies in the topic of retries
     * @param address the broker's
     * @param askedNanos when it was asked for; the lease begins later
     */
    PoppedMessage(
            String topic, String address, StoredMessage stored, PopHandle handle, long askedNanos, long leaseNanos) {
        this.topic = topic;
        this.address = address;
        this.stored = stored;
        this.handle = CompletableFuture.completedFuture(handle);
        this.leasedNanos = askedNanos;
        this.leaseNanos = leaseNanos;
    }

    String topic() {
        return topic;
    }

    String address() {
        return address;
    }

    StoredMessage stored() {
        return stored;
    }

    int size() {
        return stored.body().length + stored.properties().length();
    }

    boolean begin() {
        startNanos = System.nanoTime();
        return state.compareAndSet(State.WAITING, State.RUNNING);
    }

    /** Whoever gets {@code true} says what becomes of it. */
    boolean settle() {
        return state.getAndSet(State.SETTLED) != State.SETTLED;
    }

    boolean isRunning() {
        return state.get() == State.RUNNING;
    }

    boolean isOverdue(long nowNanos, long timeoutNanos) {
        return isRunning() && nowNanos - startNanos > timeoutNanos;
    }

    /** Whether it may be somebody else's by now. */
    boolean isLeaseOver(long nowNanos) {
        return nowNanos - leasedNanos >= leaseNanos;
    }

    boolean isLeaseEnding(long nowNanos) {
        return nowNanos - leasedNanos >= leaseNanos / 2;
    }

    /** The handle that is good when all changes to the lease that are under way have been answered. */
    synchronized CompletableFuture<PopHandle> handle() {
        return handle;
    }

    /** Changes the lease, after all changes before; if it fails, the handle stays. */
    synchronized void prolong(long nowNanos, Function<PopHandle, CompletableFuture<PopHandle>> change) {
        leasedNanos = nowNanos;
        handle = handle.thenCompose(before -> change.apply(before).exceptionally(error -> before));
    }

    /** Where it is, for people. */
    @Override
    public String toString() {
        return "topic=" + topic + ", queueId=" + stored.queueId() + ", offset=" + stored.queueOffset();
    }
}
