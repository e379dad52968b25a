package io.ternmq.broker.schedule;

import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.StoreException;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps timers whose record is in a part of the log that is about to be deleted: appends the record anew, where it waits on. Used by the
 * agent of the timers alone.
 */
final class TimerRolling {
    private static final Logger LOG = LoggerFactory.getLogger(TimerRolling.class);
    private static final int BATCH = 10_000;
    private static final int BATCH_BYTES = 16 << 20;

    private final TimerIndex index;
    private final MessageStore store;
    private final AtomicInteger inFlight = new AtomicInteger();
    /** Log offset before which nothing waits any more; whoever waited did so before {@link #copiesEnd}. */
    private long clearedTo;

    private long copiesEnd;
    private long releasedTo;

    TimerRolling(TimerIndex index, MessageStore store) {
        this.index = index;
        this.store = store;
    }

    /**
     * Does a step of what was asked for.
     *
     * @return whether there is more to do at once
     */
    boolean work() throws IOException {
        long wanted = index.wantedRelease();
        if (wanted <= clearedTo) {
            if (clearedTo > releasedTo && store.totals().durableLogOffset() >= copiesEnd) {
                releasedTo = clearedTo;
                index.released(clearedTo);
            }
            return false;
        }
        if (inFlight.get() > 0) {
            return false;
        }
        List<Timer> waiting = index.waitingBefore(wanted, BATCH);
        if (waiting.isEmpty()) {
            clearedTo = wanted;
            copiesEnd = store.totals().maxLogOffset();
            return true;
        }
        int rolled = 0;
        int bytes = 0;
        for (Timer timer : waiting) {
            if (bytes < BATCH_BYTES && index.claim(timer, null)) {
                bytes += roll(timer);
                rolled++;
            }
        }
        LOG.info(
                "timed messages are appended anew, for the log before them is due to be deleted: before={}, count={}",
                wanted,
                rolled);
        return false;
    }

    private int roll(Timer timer) {
        boolean begun = false;
        try {
            Optional<ByteBuffer> record = store.recordAt(timer.logOffset());
            if (record.isPresent() && index.state(timer.slot(), timer.logOffset()) == TimerState.PENDING) {
                StoredMessage parked = StoredMessage.readFrom(record.get().duplicate());
                inFlight.incrementAndGet();
                begun = true;
                store.append(ParkedMessages.roll(parked), new Receipt(timer));
                return parked.body().length;
            }
        } catch (MalformedMessageException | IOException e) {
            LOG.error("timed message cannot be appended anew: logOffset={}", timer.logOffset(), e);
        } finally {
            if (!begun) {
                index.release(timer);
            }
        }
        return 0;
    }

    /** What became of a copy. */
    private final class Receipt implements AppendCallback {
        private final Timer timer;

        Receipt(Timer timer) {
            this.timer = timer;
        }

        @Override
        public void committed(AppendResult result) {
            inFlight.decrementAndGet();
        }

        @Override
        public void failed(StoreException reason) {
            inFlight.decrementAndGet();
            LOG.warn(
                    "timed message cannot be appended anew now: logOffset={}, reason={}",
                    timer.logOffset(),
                    reason.getMessage());
            index.release(timer);
        }
    }
}
