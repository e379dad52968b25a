package io.ternmq.broker.request.consume;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Shows one message by its place in the log, which its offset message id tells (code 33). Registered as blocking. */
public final class ViewMessageHandler implements RequestHandler {
    private final MessageStore store;

    /** Wires the handler. */
    public ViewMessageHandler(MessageStore store) {
        this.store = store;
    }

    @Override
    public void handle(Request request) throws CommandException {
        long offset = request.fields().requireLong("offset");
        Optional<ByteBuffer> record = store.recordAt(offset);
        if (record.isEmpty()) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR, "no message is stored here: offset=" + offset + "; it may have expired");
        }
        request.succeed(Unpooled.wrappedBuffer(record.get()));
    }
}
