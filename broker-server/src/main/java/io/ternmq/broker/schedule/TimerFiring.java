package io.ternmq.broker.schedule;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts messages into the queues they belong to when they are due, in the order of their instants. A bounded number of them is on its way
 * at a time. What cannot be appended now is tried again a second later; what can never be is reported and settled.
 */
final class TimerFiring implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(TimerFiring.class);
    private static final int MOST_IN_FLIGHT = 4096;
    private static final long MOST_BYTES_IN_FLIGHT = 16 << 20;
    /** After that many the loop is left for a moment, so that the agent can be closed. */
    private static final int BATCH = 8192;

    private static final long PAUSE_AFTER_FAILURE_MILLIS = 1000;
    /** The clock is looked at this often, for it may be set. */
    private static final long LONGEST_SLEEP_MILLIS = 1000;

    private final TimerIndex index;
    private final TimerRolling rolling;
    private final TimerRetiming retiming;
    private final MessageStore store;
    private final Topics topics;
    private final Clock clock;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong bytesInFlight = new AtomicLong();
    private volatile long pausedUntil = Long.MIN_VALUE;
    /** The latest instant at which there was nothing more to begin. */
    private volatile long quietAt = Long.MIN_VALUE;

    private volatile Runnable waker = () -> {};

    TimerFiring(
            TimerIndex index,
            TimerRolling rolling,
            TimerRetiming retiming,
            MessageStore store,
            Topics topics,
            Clock clock) {
        this.index = index;
        this.rolling = rolling;
        this.retiming = retiming;
        this.store = store;
        this.topics = topics;
        this.clock = clock;
    }

    /** Calls {@code wake} when there is room again for more messages on their way. */
    void wakeBy(Runnable wake) {
        waker = wake;
    }

    @Override
    public String name() {
        return "ternmq-timer";
    }

    @Override
    public long work() {
        index.planWake(Long.MAX_VALUE);
        long now = clock.millis();
        boolean more = false;
        if (!isPaused(now)) {
            try {
                more = retiming.work(now);
                more |= index.load(now);
                more |= fireDue(now);
                more |= rolling.work();
            } catch (IOException | StoreException e) {
                pause(e.getMessage());
            }
        }
        if (more) {
            return 0;
        }
        if (!isPaused(now)) {
            quietAt = now;
        }
        return sleep();
    }

    /** Whether all that was due at an instant, which is not in the future, has been delivered. */
    boolean isQuietAt(long instant) {
        return quietAt >= instant && index.firstDue() > instant && inFlight.get() == 0;
    }

    private long sleep() {
        long now = clock.millis();
        long next = now + LONGEST_SLEEP_MILLIS;
        if (isPaused(now)) {
            next = Math.min(next, pausedUntil);
        } else if (hasRoom()) {
            next = Math.min(next, index.firstDue());
        }
        index.planWake(next);
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, next - now));
    }

    /** A pause that seems too long was begun by a clock that was set back since. */
    private boolean isPaused(long now) {
        return now < pausedUntil && pausedUntil - now <= PAUSE_AFTER_FAILURE_MILLIS;
    }

    private void pause(@Nullable String reason) {
        pausedUntil = clock.millis() + PAUSE_AFTER_FAILURE_MILLIS;
        LOG.warn("timed messages cannot be delivered now, trying again: reason={}", reason);
    }

    private boolean hasRoom() {
        return inFlight.get() < MOST_IN_FLIGHT && bytesInFlight.get() < MOST_BYTES_IN_FLIGHT;
    }

    private boolean fireDue(long now) {
        for (int i = 0; i < BATCH; i++) {
            if (!hasRoom() || isPaused(now)) {
                return false;
            }
            Timer timer = index.claimDue(now);
            if (timer == null) {
                return false;
            }
            boolean begun = false;
            try {
                fire(timer);
                begun = true;
            } finally {
                if (!begun) {
                    index.release(timer);
                }
            }
        }
        return true;
    }

    private void fire(Timer timer) {
        Optional<ByteBuffer> record = store.recordAt(timer.logOffset());
        if (record.isEmpty()) {
            drop(timer, ParkedMessages.cancel(timer), "its record is no longer in the log");
            return;
        }
        StoredMessage parked;
        try {
            parked = StoredMessage.readFrom(record.get().duplicate());
        } catch (MalformedMessageException e) {
            drop(timer, ParkedMessages.cancel(timer), "its record cannot be read: " + e.getMessage());
            return;
        }
        TopicConfig topic = topic(ParkedMessages.realTopic(parked));
        if (topic == null) {
            drop(
                    timer,
                    ParkedMessages.cancel(parked),
                    "its topic was deleted: topic=" + ParkedMessages.realTopic(parked));
            return;
        }
        append(timer, ParkedMessages.deliver(parked, queue(topic, ParkedMessages.realQueue(parked))), parked);
    }

    /** A retry topic is made without waiting for the disk, so a crash may have taken it: that is no reason to lose a retry. */
    private @Nullable TopicConfig topic(String name) {
        TopicConfig topic = topics.find(name);
        return topic == null && ResourceNames.isRetryTopic(name) ? topics.ensure(TopicConfig.of(name, 1)) : topic;
    }

    /** The topic may have fewer queues by now. */
    private static int queue(TopicConfig topic, int wanted) {
        return wanted < Math.max(topic.readQueueNums(), topic.writeQueueNums())
                ? wanted
                : wanted % Math.max(1, topic.writeQueueNums());
    }

    private void drop(Timer timer, NewMessage mark, String reason) {
        LOG.warn(
                "timed message is dropped: logOffset={}, deliverAt={}, reason={}",
                timer.logOffset(),
                timer.deliverAt(),
                reason);
        append(timer, mark, null);
    }

    private void append(Timer timer, NewMessage message, @Nullable StoredMessage parked) {
        int bytes = message.body().remaining() + message.properties().length();
        inFlight.incrementAndGet();
        bytesInFlight.addAndGet(bytes);
        store.append(message, new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                leave(bytes);
            }

            @Override
            public void failed(StoreException reason) {
                leave(bytes);
                boolean hopeless =
                        reason.kind() == StoreException.Kind.ILLEGAL || reason.kind() == StoreException.Kind.TOO_LARGE;
                if (hopeless && parked != null) {
                    drop(timer, ParkedMessages.cancel(parked), String.valueOf(reason.getMessage()));
                } else {
                    if (!isPaused(clock.millis())) {
                        pause(reason.getMessage());
                    }
                    index.release(timer);
                }
            }
        });
    }

    private void leave(int bytes) {
        boolean hadRoom = hasRoom();
        inFlight.decrementAndGet();
        bytesInFlight.addAndGet(-bytes);
        if (!hadRoom) {
            waker.run();
        }
    }
}
