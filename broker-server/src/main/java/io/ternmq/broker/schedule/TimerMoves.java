package io.ternmq.broker.schedule;

import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreException;
import io.ternmq.protocol.message.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends timers before their time. Whoever calls has claimed them; the claims are given back if that cannot be appended. */
final class TimerMoves {
    private static final Logger LOG = LoggerFactory.getLogger(TimerMoves.class);

    private final TimerIndex index;
    private final MessageStore store;

    TimerMoves(TimerIndex index, MessageStore store) {
        this.index = index;
        this.store = store;
    }

    /** A claimed timer and its record. */
    record Claimed(Timer timer, StoredMessage parked) {}

    /** Cancels timers. */
    void cancel(List<Claimed> claimed, AppendCallback callback) {
        append(marks(claimed), claimed, callback);
    }

    /** Lets the message of the first timer wait for another instant, and cancels the others. */
    void move(List<Claimed> claimed, long deliverAt, AppendCallback callback) {
        int begun = index.beginParking();
        List<NewMessage> records = new ArrayList<>();
        // One record ends one wait and begins the next: a batch may be torn by a power cut, and between the two no
        // message must be lost.
        records.add(ParkedMessages.move(claimed.get(0).parked(), deliverAt, index.slotFor(deliverAt)));
        records.addAll(marks(claimed.subList(1, claimed.size())));
        append(records, claimed, new AppendCallback() {
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

    /** Lets a message wait for another instant; if that cannot be appended, it keeps its own. */
    void move(Timer timer, StoredMessage parked, long deliverAt) {
        move(List.of(new Claimed(timer, parked)), deliverAt, new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                // The index learns it from the log.
            }

            @Override
            public void failed(StoreException reason) {
                LOG.warn(
                        "timed message keeps its time: logOffset={}, deliverAt={}, reason={}",
                        timer.logOffset(),
                        timer.deliverAt(),
                        reason.getMessage());
            }
        });
    }

    private static List<NewMessage> marks(List<Claimed> claimed) {
        List<NewMessage> marks = new ArrayList<>();
        claimed.forEach(one -> marks.add(ParkedMessages.cancel(one.parked())));
        return marks;
    }

    private void append(List<NewMessage> records, List<Claimed> claimed, AppendCallback callback) {
        store.append(records, new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                callback.committed(result);
            }

            @Override
            public void failed(StoreException reason) {
                claimed.forEach(one -> index.release(one.timer()));
                callback.failed(reason);
            }
        });
    }
}
