package io.ternmq.broker.transaction;

import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.transaction.HalfTable.Start;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.EndTransactionHeader;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to half messages: they are taken in, and end by a record in the log, delivered, dropped or given up. Whoever ends one
 * first marks it, so that it ends once however often and by how many threads that is asked for. Safe for any thread.
 */
public final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /** So many half messages are appended anew at a time. */
    private static final int RENEWALS = 1024;

    private final HalfMessages halves;
    private final HalfTable table;
    private final MessageStore store;
    private final Delivery delivery;
    private final LongAdder givenUp = new LongAdder();

    /** Wires it; reads the half messages that a start has found. Blocks. */
    public Transactions(HalfMessages halves, MessageStore store, Delivery delivery) {
        this.halves = halves;
        this.table = halves.table();
        this.store = store;
        this.delivery = delivery;
        describeFound();
        halves.onRelease(this::renew);
    }

    private void describeFound() {
        List<Half> found = table.unknown();
        for (Half half : found) {
            try {
                describe(half);
            } catch (CommandException e) {
                LOG.error("half message is not asked about until the next start: reason={}", e.remark());
            }
        }
        if (!found.isEmpty()) {
            LOG.info("half messages wait for their outcome: count={}", found.size());
        }
    }

    private void describe(Half half) throws CommandException {
        StoredMessage record = HalfRecords.read(store, half.logOffset);
        table.describe(
                half,
                HalfRecords.group(record),
                record.storeTimestamp(),
                halves.firstWait(record.properties()),
                HalfMessages.checks(record.properties()));
    }

    /**
     * Returns a message as it is appended to wait for the outcome of its transaction.
     *
     * @throws CommandException SYSTEM_BUSY if too many wait already
     */
    public NewMessage half(NewMessage message, String producerGroup) throws CommandException {
        int most = halves.config().maxPending();
        if (table.count() >= most) {
            throw new CommandException(
                    ResponseCode.SYSTEM_BUSY,
                    "too many half messages wait for the outcome of their transactions: transaction-max-pending=" + most
                            + "; see that the producers end them, or allow more");
        }
        return HalfRecords.half(message, producerGroup);
    }

    /** Ends a transaction as its producer wants it. Blocks on the disk if the half message is old. */
    public void end(EndTransactionHeader end, EndCallback callback) {
        if (end.outcome() != EndTransactionHeader.COMMIT && end.outcome() != EndTransactionHeader.ROLLBACK) {
            callback.refused(
                    ResponseCode.INVALID_PARAMETER,
                    "outcome of a transaction is neither commit nor rollback: commitOrRollback=" + end.outcome());
            return;
        }
        Outcome wanted = end.outcome() == EndTransactionHeader.COMMIT ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
        try {
            Half half = table.find(end.commitLogOffset());
            if (half == null) {
                tellEnded(end, wanted, callback);
                return;
            }
            check(end, half);
            Start start = table.begin(half, wanted, callback);
            switch (start) {
                case STARTED -> append(half, wanted, callback);
                case JOINED -> {}
                case DONE -> callback.ended();
                case OTHERWISE -> tellOtherwise(half, callback);
                case GONE -> end(end, callback);
            }
        } catch (CommandException e) {
            callback.refused(e.code(), e.remark());
        } catch (IOException e) {
            callback.refused(
                    ResponseCode.SYSTEM_ERROR, "state of the transaction cannot be read: reason=" + e.getMessage());
        }
    }

    private void check(EndTransactionHeader end, Half half) throws CommandException, IOException {
        if (half.group == null) {
            describe(half);
        }
        ProducerGroup group = half.group;
        if (group == null || !group.name.equals(end.producerGroup())) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "half message belongs to another group: commitLogOffset=" + end.commitLogOffset() + ", group="
                            + (group == null ? "" : group.name) + ", producerGroup=" + end.producerGroup());
        }
        if (!halves.isAt(half, end.commitLogOffset(), end.queueOffset())) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "half message has another queue offset: commitLogOffset=" + end.commitLogOffset()
                            + ", tranStateTableOffset=" + end.queueOffset());
        }
    }

    private void tellEnded(EndTransactionHeader end, Outcome wanted, EndCallback callback) throws IOException {
        Outcome outcome = halves.outcome(end.commitLogOffset());
        if (outcome == wanted) {
            callback.ended();
        } else if (outcome == null) {
            callback.refused(
                    ResponseCode.SYSTEM_ERROR,
                    "no half message is here: commitLogOffset=" + end.commitLogOffset() + ", producerGroup="
                            + end.producerGroup() + "; it has ended long ago, or never was at this broker");
        } else {
            callback.refused(
                    ResponseCode.ILLEGAL_OPERATION,
                    "transaction has ended otherwise: commitLogOffset=" + end.commitLogOffset() + ", outcome="
                            + outcome.words() + ", wanted=" + wanted.words());
        }
    }

    private void tellOtherwise(Half half, EndCallback callback) {
        Outcome other = table.ending(half);
        if (other == Outcome.COMMITTED || other == Outcome.ROLLED_BACK) {
            callback.refused(
                    ResponseCode.ILLEGAL_OPERATION,
                    "transaction is being ended otherwise: commitLogOffset=" + half.logOffset + ", outcome="
                            + other.words());
        } else {
            callback.refused(
                    ResponseCode.SYSTEM_BUSY,
                    "half message is being moved: commitLogOffset=" + half.logOffset + "; try again");
        }
    }

    /** Gives a half message up, because nobody could say what became of its transaction. */
    void giveUp(Half half) {
        if (table.begin(half, Outcome.GIVEN_UP, null) == Start.STARTED) {
            append(half, Outcome.GIVEN_UP, new Report("half message that is given up"));
        }
    }

    /** Some at a time: this is asked again every second as long as there are any. */
    private void renew(List<Half> old) {
        Report report = new Report("half messages that are to outlive their part of the log");
        int started = 0;
        for (Half half : old) {
            if (started == RENEWALS) {
                return;
            }
            if (table.begin(half, Outcome.RENEWED, null) == Start.STARTED) {
                append(half, Outcome.RENEWED, report);
                started++;
            }
        }
    }

    /**
     * Lets a half message that was given up wait again, with no checks counted.
     *
     * @param logOffset where the record is that it was moved to
     */
    public void resume(long logOffset, EndCallback callback) {
        try {
            StoredMessage record = HalfRecords.read(store, logOffset);
            if (!HalfRecords.isGivenUp(record)) {
                throw new CommandException(
                        ResponseCode.INVALID_PARAMETER,
                        "not a half message that was given up: commitLogOffset=" + logOffset + ", topic="
                                + record.topic());
            }
            if (halves.isRenewed(logOffset)) {
                callback.ended();
                return;
            }
            store.append(HalfRecords.renewed(record, 0), new Told(callback));
        } catch (CommandException e) {
            callback.refused(e.code(), e.remark());
        } catch (IOException e) {
            callback.refused(
                    ResponseCode.SYSTEM_ERROR, "state of the transaction cannot be read: reason=" + e.getMessage());
        }
    }

    /** How many half messages were given up since the start. */
    public long givenUp() {
        return givenUp.sum();
    }

    /** Figures for operators, by name. */
    public Map<String, String> figures() {
        return Map.of(
                "pendingHalfMessages",
                Integer.toString(halves.pending()),
                "oldestHalfMessageTimestamp",
                Long.toString(halves.oldestStoreTimestamp()),
                "halfMessagesGivenUp",
                Long.toString(givenUp()));
    }

    private void append(Half half, Outcome outcome, EndCallback callback) {
        NewMessage message;
        try {
            StoredMessage record = HalfRecords.read(store, half.logOffset);
            message = switch (outcome) {
                case COMMITTED -> HalfRecords.committed(record);
                case ROLLED_BACK -> HalfRecords.rolledBack(record);
                case GIVEN_UP -> HalfRecords.givenUp(record, half.checks);
                case RENEWED -> HalfRecords.renewed(record, half.checks);
            };
        } catch (CommandException e) {
            failed(half, callback, e.code(), e.remark());
            return;
        } catch (RuntimeException | Error e) {
            failed(half, callback, ResponseCode.SYSTEM_ERROR, "half message cannot be ended: reason=" + e);
            throw e;
        }
        AppendCallback receipt = new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                if (outcome == Outcome.GIVEN_UP) {
                    givenUp.increment();
                }
                List<EndCallback> others = table.succeeded(half);
                callback.ended();
                others.forEach(EndCallback::ended);
            }

            @Override
            public void failed(StoreException reason) {
                Transactions.this.failed(half, callback, code(reason), String.valueOf(reason.getMessage()));
            }
        };
        if (outcome == Outcome.COMMITTED) {
            delivery.append(message, receipt);
        } else {
            store.append(message, receipt);
        }
    }

    private void failed(Half half, EndCallback callback, ResponseCode code, String reason) {
        List<EndCallback> others = table.failed(half);
        callback.refused(code, reason);
        others.forEach(other -> other.refused(code, reason));
    }

    private static ResponseCode code(StoreException reason) {
        return switch (reason.kind()) {
            case ILLEGAL, TOO_LARGE -> ResponseCode.MESSAGE_ILLEGAL;
            case BUSY -> ResponseCode.SYSTEM_BUSY;
            case DISK_FULL, FAILED, CLOSED -> ResponseCode.SERVICE_NOT_AVAILABLE;
        };
    }

    /** Hands the outcome of an append on. */
    private record Told(EndCallback callback) implements AppendCallback {
        @Override
        public void committed(AppendResult result) {
            callback.ended();
        }

        @Override
        public void failed(StoreException reason) {
            callback.refused(code(reason), String.valueOf(reason.getMessage()));
        }
    }

    /** For what nobody waits for: the first failure goes to the log, and all are tried again. */
    private static final class Report implements EndCallback {
        private final String what;
        private final AtomicBoolean told = new AtomicBoolean();

        Report(String what) {
            this.what = what;
        }

        @Override
        public void ended() {
            // As it should be.
        }

        @Override
        public void refused(ResponseCode code, String reason) {
            if (told.compareAndSet(false, true)) {
                LOG.warn("record of a transaction cannot be appended now: what={}, reason={}", what, reason);
            }
        }
    }
}
