package io.ternmq.broker.schedule;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.AgentRunner;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.base.Running;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.RecallHandle;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are to be delivered later: after a delay level, at an instant, or as a retry. Such a message waits in a
 * record of the log; once that is appended, the message is delivered when it is due, through any restart.
 *
 * <p>Safe for any thread. Delivers on the thread {@code ternmq-timer}.
 */
public final class Timers implements AutoCloseable {
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(10);

    private final TimerIndex index;
    private final MessageStore store;
    private final DeliveryTimes times;
    private final Clock clock;
    private final TimerFiring firing;
    private final Recalls recalls;
    private final AtomicLong aheadMillis = new AtomicLong();
    private @Nullable Running running;

    /**
     * Wires the timers; nothing is delivered before {@link #start}.
     *
     * @param index follows the log of {@code store}
     * @param maxDelay how far ahead a client may choose the time
     */
    public Timers(
            TimerIndex index, MessageStore store, Topics topics, DelayLevels levels, Duration maxDelay, Clock clock) {
        this.index = index;
        this.store = store;
        this.clock = () -> clock.millis() + aheadMillis.get();
        this.times = new DeliveryTimes(levels, maxDelay, clock);
        TimerMoves moves = new TimerMoves(index, store);
        this.firing = new TimerFiring(
                index,
                new TimerRolling(index, store),
                new TimerRetiming(index, moves, store),
                store,
                topics,
                this.clock);
        this.recalls = new Recalls(index, moves, store);
    }

    /** Starts to deliver; what is overdue, at once. */
    public synchronized void start() {
        Running started = AgentRunner.start(firing);
        running = started;
        firing.wakeBy(started::wake);
        index.wakeBy(started::wake);
        started.wake();
    }

    /** The agent, for whoever turns it by hand. */
    Agent agent() {
        return firing;
    }

    /**
     * Lets everything that waits come closer by {@code time}; what is due then is delivered before this returns, unless that cannot be
     * appended. What is sent afterwards waits its full time. Nothing but the timers notices.
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "time does not run backwards: time=" + time + "; use a positive duration");
        }
        aheadMillis.addAndGet(time.toMillis());
        Running agent;
        synchronized (this) {
            agent = running;
        }
        if (agent != null) {
            awaitQuiet(agent, clock.millis());
        }
    }

    private void awaitQuiet(Running agent, long instant) {
        long patience = System.nanoTime() + MOST_PATIENCE.toNanos();
        while (!firing.isQuietAt(instant) && System.nanoTime() < patience) {
            agent.wake();
            LockSupport.parkNanos(this, 500_000);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    /** Finds messages that wait for their time, at most {@code most}, in no order. Reads all of the index; may block on the disk. */
    public List<WaitingMessage> waiting(int most) throws IOException {
        List<WaitingMessage> found = new ArrayList<>();
        for (Timer timer : index.waitingBefore(Long.MAX_VALUE, most)) {
            Optional<ByteBuffer> record = store.recordAt(timer.logOffset());
            if (record.isPresent()) {
                try {
                    StoredMessage parked = StoredMessage.readFrom(record.get().duplicate());
                    found.add(new WaitingMessage(
                            ParkedMessages.realTopic(parked), timer.deliverAt() - aheadMillis.get(), parked));
                } catch (MalformedMessageException e) {
                    throw new IOException("timed message cannot be read: logOffset=" + timer.logOffset(), e);
                }
            }
        }
        return found;
    }

    /** Stops delivering; messages wait for the next start. */
    @Override
    public void close() {
        Running agent;
        synchronized (this) {
            agent = running;
            running = null;
        }
        if (agent != null) {
            agent.close();
        }
    }

    /**
     * Returns when a message with these properties is to be delivered, epoch milliseconds; 0 for at once. A delay level counts first,
     * then the properties {@code TIMER_DELAY_SEC}, {@code TIMER_DELAY_MS}, {@code TIMER_DELIVER_MS} and {@code __STARTDELIVERTIME}.
     *
     * @throws CommandException with code 13 if the time cannot be read or is too far ahead
     */
    public long deliverAt(String properties) throws CommandException {
        return ahead(times.of(properties));
    }

    /** Instants of clients are by their own clock, and those of the timers by one that may have jumped. */
    private long ahead(long instant) {
        return instant == DeliveryTimes.AT_ONCE ? instant : instant + aheadMillis.get();
    }

    /** Returns the instant at the end of a delay level of at least 1; a level above the highest counts as the highest. */
    public long afterLevel(int level) {
        return ahead(times.afterLevel(level));
    }

    /**
     * Returns the instant after a delay; 0 if that is not in the future.
     *
     * @throws CommandException with code 13 if it is too far ahead
     */
    public long after(Duration delay) throws CommandException {
        return ahead(times.after(delay.toMillis()));
    }

    /**
     * Appends a message, at once or to be delivered when its properties say. Does not throw: a time that cannot be read or is too far ahead
     * is told as a failure of the kind {@link StoreException.Kind#ILLEGAL}.
     */
    public void append(NewMessage message, AppendCallback callback) {
        long deliverAt;
        try {
            deliverAt = ahead(times.of(message.properties()));
        } catch (CommandException e) {
            callback.failed(new StoreException(StoreException.Kind.ILLEGAL, e.remark()));
            return;
        }
        append(message, deliverAt, callback);
    }

    /** Appends a message, at once if {@code deliverAt} is 0; else the record in which it waits for that instant. Does not throw. */
    public void append(NewMessage message, long deliverAt, AppendCallback callback) {
        if (deliverAt <= 0) {
            store.append(message, callback);
            return;
        }
        int begun = index.beginParking();
        store.append(ParkedMessages.park(message, deliverAt, index.slotFor(deliverAt)), new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                index.endParking(begun);
                callback.committed(result);
            }

            @Override
            public void failed(StoreException reason) {
                index.endParking(begun);
                callback.failed(reason);
            }
        });
    }

    /**
     * Takes a message back that waits for its time. May block on the disk.
     *
     * @param executor runs the rest, if the message is just being delivered
     */
    public void cancel(RecallHandle handle, Executor executor, RecallCallback callback) {
        recalls.recall(handle, 0, mayBeNew(handle), executor, callback);
    }

    /**
     * Lets a message wait for another instant; one that is over means now. May block on the disk.
     *
     * @param executor runs the rest, if the message is just being delivered
     * @throws CommandException with code 13 if the instant is too far ahead
     */
    public void move(RecallHandle handle, long deliverAt, Executor executor, RecallCallback callback)
            throws CommandException {
        long instant = ahead(times.at(deliverAt));
        recalls.recall(
                handle,
                instant == DeliveryTimes.AT_ONCE ? clock.millis() : instant,
                mayBeNew(handle),
                executor,
                callback);
    }

    private boolean mayBeNew(RecallHandle handle) {
        return handle.deliverAt() > clock.millis();
    }
}
