package io.ternmq.broker.request.produce;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.StoreException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.SendResultHeader;
import io.ternmq.protocol.message.OffsetMessageId;
import java.net.InetSocketAddress;
import java.util.function.Function;

/** Answers a send when the store says what became of it. Called once, on whatever thread the store commits. */
final class SendReceipt implements AppendCallback {
    private final Request request;
    private final Fields errorFields;
    private final Function<AppendResult, SendResultHeader> header;

    SendReceipt(Request request, Fields errorFields, Function<AppendResult, SendResultHeader> header) {
        this.request = request;
        this.errorFields = errorFields;
        this.header = header;
    }

    @Override
    public void committed(AppendResult result) {
        request.succeed(header.apply(result).encode());
    }

    @Override
    public void failed(StoreException reason) {
        request.answer(code(reason.kind()), reason.getMessage(), errorFields, Unpooled.EMPTY_BUFFER);
    }

    static ResponseCode code(StoreException.Kind kind) {
        return switch (kind) {
            case ILLEGAL, TOO_LARGE -> ResponseCode.MESSAGE_ILLEGAL;
            case BUSY -> ResponseCode.SYSTEM_BUSY;
            case DISK_FULL, FAILED, CLOSED -> ResponseCode.SERVICE_NOT_AVAILABLE;
        };
    }

    static String messageId(InetSocketAddress storeHost, long logOffset) {
        return new OffsetMessageId(storeHost, logOffset).toString();
    }
}
