package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.SendResult;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.message.BatchBody;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One message on its way: made once, sent as often as need be, ended once. Parcels that may, travel together: see {@link
 * Lane}.
 */
final class Parcel {

    /** For a parcel that takes no room of its own: another one of its batch has taken it for all. */
    static final int NO_ROOM = -1;

    private static final AtomicIntegerFieldUpdater<Parcel> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(Parcel.class, "ended");

    private final Contents contents;
    private final int room;
    private final long startNanos;
    private final long deadlineNanos;
    private final Outcome outcome;
    private volatile int ended;

    /**
     * Creates one.
     *
     * @param room what {@link InFlight#enter} gave, to be given back when the parcel ends, or {@link #NO_ROOM}
     */
    Parcel(Contents contents, int room, long startNanos, long deadlineNanos, Outcome outcome) {
        this.contents = contents;
        this.room = room;
        this.startNanos = startNanos;
        this.deadlineNanos = deadlineNanos;
        this.outcome = outcome;
    }

    Contents contents() {
        return contents;
    }

    int room() {
        return room;
    }

    long startNanos() {
        return startNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    boolean hasEnded() {
        return ended != 0;
    }

    /** Claims the end of this parcel; whoever gets {@code true} gives back its room and tells the outcome. */
    boolean end() {
        return ENDED.compareAndSet(this, 0, 1);
    }

    void tellStored(SendResult result) {
        outcome.stored(result);
    }

    void tellFailed(MQClientException reason) {
        outcome.failed(reason);
    }

    /**
     * What travels.
     *
     * @param code the request that brings it if it travels alone
     * @param properties text form of the message's properties, in UTF-8
     * @param body the body as it travels, compressed where that pays
     * @param alone must not share a request with others: brokers act upon something in it that a batch cannot have
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared, and never changed once it is packed.
    record Contents(
            RequestCode code,
            String topic,
            String messageId,
            byte[] properties,
            int sysFlag,
            byte[] body,
            long bornTimestamp,
            boolean alone) {

        /** How many bytes it takes in a batch. */
        int bytesInBatch() {
            return BatchBody.encodedSize(body.length, properties.length);
        }
    }
}
