package io.ternmq.broker.request.transact;

import io.ternmq.broker.request.Request;
import io.ternmq.broker.transaction.EndCallback;
import io.ternmq.broker.transaction.PendingHalves;
import io.ternmq.broker.transaction.Transactions;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.message.OffsetMessageId;

/** What operators do with half messages: list those that wait (10039), and let one that was given up wait again (323). Blocking. */
public final class HalfMessagesHandler {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Transactions transactions;
    private final PendingHalves pending;

    /** Wires the handler. */
    public HalfMessagesHandler(Transactions transactions, PendingHalves pending) {
        this.transactions = transactions;
        this.pending = pending;
    }

    /** Lists a page of those that wait: {@code producerGroup}, {@code topic}, {@code fromOffset}, {@code maxCount}, all optional. */
    public void list(Request request) throws CommandException {
        int count = request.fields().getInt("maxCount", PAGE);
        if (count < 1 || count > LARGEST_PAGE) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "page size is out of range: maxCount=" + count + "; use 1 to " + LARGEST_PAGE);
        }
        request.succeed(JsonBodies.encode(pending.list(
                request.fields().get("producerGroup"),
                request.fields().get("topic"),
                request.fields().getLong("fromOffset", 0),
                count)));
    }

    /** Lets one wait again that was given up; {@code msgId} says where it was put. */
    public void resume(Request request) throws CommandException {
        OffsetMessageId id = OffsetMessageId.parse(request.fields().require("msgId"));
        transactions.resume(id.commitLogOffset(), new EndCallback() {
            @Override
            public void ended() {
                request.succeed();
            }

            @Override
            public void refused(ResponseCode code, String reason) {
                request.fail(code, reason);
            }
        });
    }
}
