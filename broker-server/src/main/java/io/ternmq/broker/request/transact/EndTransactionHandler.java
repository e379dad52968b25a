package io.ternmq.broker.request.transact;

import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.broker.transaction.EndCallback;
import io.ternmq.broker.transaction.Transactions;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.EndTransactionHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a transaction (code 37): its message is delivered or dropped. Clients send this oneway and do not hear of a refusal, so it goes
 * to the log. Registered as blocking: the half message may be old.
 */
public final class EndTransactionHandler implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(EndTransactionHandler.class);

    private final Transactions transactions;

    /** Wires the handler. */
    public EndTransactionHandler(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void handle(Request request) throws CommandException {
        EndTransactionHeader end = EndTransactionHeader.decode(request.fields());
        if (end.outcome() == EndTransactionHeader.UNKNOWN) {
            LOG.debug(
                    "outcome of a transaction is not known yet: group={}, messageId={}, fromCheck={}",
                    end.producerGroup(),
                    end.messageId(),
                    end.fromCheck());
            request.endSilently();
            return;
        }
        transactions.end(end, new EndCallback() {
            @Override
            public void ended() {
                request.succeed();
            }

            @Override
            public void refused(ResponseCode code, String reason) {
                if (request.command().isOneway()) {
                    LOG.warn(
                            "transaction does not end as its producer wants: messageId={}, client={}, code={},"
                                    + " reason={}",
                            end.messageId(),
                            request.connection().remoteAddress(),
                            code,
                            reason);
                }
                request.fail(code, reason);
            }
        });
    }
}
