package io.ternmq.broker.schedule;

import io.ternmq.broker.store.Boundary;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the clock was set back. Messages with a delay (not with an instant) that came in while it was ahead would wait for it to get
 * there again, which may be for years: their delay is counted from now on. Used by the agent of the timers alone.
 */
final class TimerRetiming {
    private static final Logger LOG = LoggerFactory.getLogger(TimerRetiming.class);
    /** A step back of less is left alone. */
    private static final long TOLERANCE_MILLIS = 1000;

    private static final int BATCH = 64;
    private static final int BATCH_BYTES = 1 << 20;
    private static final int NOTHING = -1;

    private final TimerIndex index;
    private final TimerMoves moves;
    private final MessageStore store;
    private long latest = Long.MIN_VALUE;
    /** Queue offset of the next waiting message to look at. */
    private long next = NOTHING;

    TimerRetiming(TimerIndex index, TimerMoves moves, MessageStore store) {
        this.index = index;
        this.moves = moves;
        this.store = store;
    }

    /** Does a step, if the clock was set back; true if there is more to do. */
    boolean work(long now) throws IOException {
        if (latest == Long.MIN_VALUE) {
            latest = lastStored();
        }
        if (now < latest - TOLERANCE_MILLIS) {
            next = store.offsetByTime(
                    ResourceNames.TIMER_TOPIC, ParkedMessages.QUEUE, now + TOLERANCE_MILLIS, Boundary.LOWER);
            LOG.warn("the clock was set back, delays are counted anew: byMillis={}", latest - now);
        }
        latest = now;
        if (next == NOTHING) {
            return false;
        }
        ReadResult found = store.read(
                ResourceNames.TIMER_TOPIC, ParkedMessages.QUEUE, next, BATCH, BATCH_BYTES, MessageFilter.ALL);
        if (found.status() != ReadResult.Status.FOUND) {
            next = NOTHING;
            return false;
        }
        for (ByteBuffer slice : found.slices()) {
            ByteBuffer records = slice.duplicate();
            while (records.hasRemaining()) {
                try {
                    retime(StoredMessage.readFrom(records), now);
                } catch (MalformedMessageException e) {
                    LOG.error("waiting message cannot be read and keeps its time: queueOffset={}", next, e);
                    break;
                }
            }
        }
        next = found.nextOffset();
        return true;
    }

    private long lastStored() {
        long end = store.maxOffset(ResourceNames.TIMER_TOPIC, ParkedMessages.QUEUE);
        OptionalLong time = end == 0
                ? OptionalLong.empty()
                : store.storeTime(ResourceNames.TIMER_TOPIC, ParkedMessages.QUEUE, end - 1);
        return time.orElse(Long.MIN_VALUE + TOLERANCE_MILLIS);
    }

    private void retime(StoredMessage parked, long now) throws IOException {
        String properties = parked.properties();
        long deliverAt = ParkedMessages.deliverAt(properties);
        long delay = deliverAt - parked.storeTimestamp();
        if (ParkedMessages.isMark(properties) || !hasDelay(properties) || delay <= 0 || now + delay >= deliverAt) {
            return;
        }
        Timer timer = new Timer(ParkedMessages.slot(properties), deliverAt, parked.commitLogOffset());
        if (index.claim(timer, null)) {
            if (index.state(timer.slot(), timer.logOffset()) == TimerState.PENDING) {
                moves.move(timer, parked, now + delay);
            } else {
                index.release(timer);
            }
        }
    }

    private static boolean hasDelay(String properties) {
        return MessageProperties.get(properties, PropertyNames.DELAY) != null
                || MessageProperties.get(properties, PropertyNames.TIMER_DELAY_MS) != null
                || MessageProperties.get(properties, PropertyNames.TIMER_DELAY_SEC) != null;
    }
}
