package io.ternmq.broker.request.produce;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.broker.schedule.RecallCallback;
import io.ternmq.broker.schedule.Timers;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.RecallHeader;
import io.ternmq.protocol.message.RecallHandle;
import java.util.concurrent.Executor;

/**
 * Takes a message back that waits for its delivery time, or moves it to another one (code 370). Answers 0 if that is done, 604 if the message
 * is delivered already, 22 if no such message waits, 29 if the handle is none of this broker's. Registered as blocking: it reads the disk.
 */
public final class RecallHandler implements RequestHandler {
    private final BrokerIdentity identity;
    private final Timers timers;
    private final Executor blocking;

    /** Wires the handler. */
    public RecallHandler(BrokerIdentity identity, Timers timers, Executor blocking) {
        this.identity = identity;
        this.timers = timers;
        this.blocking = blocking;
    }

    @Override
    public void handle(Request request) throws CommandException {
        RecallHeader header = RecallHeader.decode(request.fields());
        RecallHandle handle = RecallHandle.parse(header.recallHandle());
        if (handle == null) {
            throw invalid("recall handle cannot be read: recallHandle=" + header.recallHandle()
                    + "; give the one from the answer to the send");
        }
        if (!handle.topic().equals(header.topic())) {
            throw invalid("recall handle is for another topic: topic=" + header.topic() + ", handle=" + handle.topic());
        }
        if (!handle.brokerName().equals(identity.brokerName())) {
            throw invalid("recall handle is for another broker: broker=" + identity.brokerName() + ", handle="
                    + handle.brokerName());
        }
        Answer answer = new Answer(request, handle);
        if (header.deliverTime() == null) {
            if (!header.recallHandle().equals(handle.encode())) {
                throw invalid("a recall handle for moving needs a time: field=" + RecallHeader.DELIVER_TIME);
            }
            timers.cancel(handle, blocking, answer);
        } else {
            timers.move(handle, header.deliverTime(), blocking, answer);
        }
    }

    private static CommandException invalid(String remark) {
        return new CommandException(ResponseCode.INVALID_PARAMETER, remark);
    }

    private static final class Answer implements RecallCallback {
        private final Request request;
        private final RecallHandle handle;

        Answer(Request request, RecallHandle handle) {
            this.request = request;
            this.handle = handle;
        }

        @Override
        public void cancelled() {
            request.succeed(id());
        }

        @Override
        public void moved(long deliverAt) {
            RecallHandle moved = new RecallHandle(handle.topic(), handle.brokerName(), deliverAt, handle.uniqueKey());
            request.succeed(Fields.builder()
                    .put(RecallHeader.MESSAGE_ID, handle.uniqueKey())
                    .put(RecallHeader.HANDLE, moved.encode())
                    .build());
        }

        @Override
        public void alreadyDelivered() {
            request.answer(
                    ResponseCode.ILLEGAL_OPERATION,
                    "message is already delivered: " + describe(),
                    id(),
                    Unpooled.EMPTY_BUFFER);
        }

        @Override
        public void unknown() {
            request.fail(
                    ResponseCode.QUERY_NOT_FOUND,
                    "no such message waits: " + describe()
                            + "; it was taken back, or delivered long ago, or never sent");
        }

        @Override
        public void failed(ResponseCode code, String reason) {
            request.fail(code, "message cannot be taken back now: " + describe() + ", reason=" + reason);
        }

        private Fields id() {
            return Fields.of(RecallHeader.MESSAGE_ID, handle.uniqueKey());
        }

        private String describe() {
            return "topic=" + handle.topic() + ", uniqueKey=" + handle.uniqueKey();
        }
    }
}
