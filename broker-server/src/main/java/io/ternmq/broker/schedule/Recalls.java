package io.ternmq.broker.schedule;

import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.StoreException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.RecallHandle;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages back that wait for their time, or moves them to another instant. The answer is definite: while the message is just being
 * delivered, it waits for how that ends. A producer that tried twice may have parked a message twice; all of its timers are ended.
 */
final class Recalls {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TimerIndex index;
    private final TimerMoves moves;
    private final MessageStore store;

    Recalls(TimerIndex index, TimerMoves moves, MessageStore store) {
        this.index = index;
        this.moves = moves;
        this.store = store;
    }

    /**
     * Ends the timers of a message. May block on the disk.
     *
     * @param deliverAt the instant to wait for instead; 0 to cancel
     * @param mayBeNew whether the message may have been parked this moment, so that the index is yet to learn of it
     * @param executor runs the rest, if it has to wait for somebody else
     */
    void recall(RecallHandle handle, long deliverAt, boolean mayBeNew, Executor executor, RecallCallback callback) {
        try {
            attempt(handle, deliverAt, mayBeNew, executor, callback);
        } catch (IOException | StoreException e) {
            callback.failed(ResponseCode.SYSTEM_ERROR, "waiting message cannot be read: reason=" + e.getMessage());
        }
    }

    private void attempt(
            RecallHandle handle, long deliverAt, boolean mayBeNew, Executor executor, RecallCallback callback)
            throws IOException {
        boolean delivered = false;
        boolean cancelled = false;
        List<TimerMoves.Claimed> claimed = new ArrayList<>();
        boolean kept = false;
        try {
            for (Map.Entry<Long, TimerState> entry : index.find(handle).entrySet()) {
                StoredMessage parked = read(entry.getKey(), handle);
                if (parked == null) {
                    continue;
                }
                TimerState state = entry.getValue();
                if (state == TimerState.PENDING) {
                    String properties = parked.properties();
                    Timer timer = new Timer(
                            ParkedMessages.slot(properties),
                            ParkedMessages.deliverAt(properties),
                            parked.commitLogOffset());
                    Runnable again = () -> resume(handle, deliverAt, executor, callback);
                    if (!index.claim(timer, again)) {
                        return;
                    }
                    claimed.add(new TimerMoves.Claimed(timer, parked));
                    state = index.state(timer.slot(), timer.logOffset());
                    if (state != TimerState.PENDING) {
                        claimed.remove(claimed.size() - 1);
                        index.release(timer);
                    }
                }
                delivered |= state == TimerState.DELIVERED;
                cancelled |= state == TimerState.CANCELLED;
            }
            kept = true;
        } finally {
            if (!kept) {
                claimed.forEach(one -> index.release(one.timer()));
            }
        }
        if (!claimed.isEmpty()) {
            end(claimed, deliverAt, callback);
        } else if (delivered) {
            callback.alreadyDelivered();
        } else if (cancelled && deliverAt == 0) {
            callback.cancelled();
        } else if (mayBeNew) {
            LockSupport.parkNanos(PAUSE_NANOS);
            attempt(handle, deliverAt, false, executor, callback);
        } else {
            callback.unknown();
        }
    }

    private void resume(RecallHandle handle, long deliverAt, Executor executor, RecallCallback callback) {
        try {
            executor.execute(() -> recall(handle, deliverAt, false, executor, callback));
        } catch (RejectedExecutionException e) {
            callback.failed(ResponseCode.SYSTEM_BUSY, "too many requests wait for the disk; try again later");
        }
    }

    private void end(List<TimerMoves.Claimed> claimed, long deliverAt, RecallCallback callback) {
        AppendCallback receipt = new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                if (deliverAt == 0) {
                    callback.cancelled();
                } else {
                    callback.moved(deliverAt);
                }
            }

            @Override
            public void failed(StoreException reason) {
                callback.failed(ResponseCode.SERVICE_NOT_AVAILABLE, String.valueOf(reason.getMessage()));
            }
        };
        if (deliverAt == 0) {
            moves.cancel(claimed, receipt);
        } else {
            moves.move(claimed, deliverAt, receipt);
        }
    }

    private @Nullable StoredMessage read(long logOffset, RecallHandle handle) {
        Optional<ByteBuffer> record = store.recordAt(logOffset);
        if (record.isEmpty()) {
            return null;
        }
        try {
            StoredMessage parked = StoredMessage.readFrom(record.get().duplicate());
            boolean same = handle.topic().equals(ParkedMessages.realTopic(parked))
                    && handle.uniqueKey().equals(MessageProperties.get(parked.properties(), PropertyNames.UNIQ_KEY));
            return same ? parked : null;
        } catch (MalformedMessageException e) {
            return null;
        }
    }
}
