package io.ternmq.broker.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first byte of a connection and tells TLS from plain text by it: a TLS greeting starts with 0x16, which no frame can,
 * as it would be longer than any. Removes itself from the pipeline then.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A write or a close that fails ends the connection, which is noticed elsewhere.
final class FirstByte extends ByteToMessageDecoder {
    private static final int TLS_HANDSHAKE = 0x16;

    private final TlsConfig.Mode mode;
    private final @Nullable SslContext tls;
    private final TransportLimits limits;
    private final Complaints complaints;
    private @Nullable ScheduledFuture<?> silence;

    FirstByte(TlsConfig.Mode mode, @Nullable SslContext tls, TransportLimits limits, Complaints complaints) {
        this.mode = mode;
        this.tls = tls;
        this.limits = limits;
        this.complaints = complaints;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        silence = ctx.executor()
                .schedule(
                        () -> close(
                                ctx,
                                "it sent nothing for " + limits.firstBytes().toMillis() + " ms"),
                        limits.firstBytes().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        boolean greeting = in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE;
        if (greeting && tls == null) {
            in.skipBytes(in.readableBytes());
            close(ctx, "it speaks TLS, which this server does not: tls-mode=disabled");
        } else if (!greeting && mode == TlsConfig.Mode.ENFORCING) {
            in.skipBytes(in.readableBytes());
            close(ctx, "it speaks plain text where TLS is required: tls-mode=enforcing");
        } else {
            if (greeting && tls != null) {
                ctx.pipeline().addAfter(ctx.name(), "tls", tls.newHandler(ctx.alloc()));
            }
            ctx.pipeline().remove(this);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        stopWaiting();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        stopWaiting();
        super.channelInactive(ctx);
    }

    private void stopWaiting() {
        if (silence != null) {
            silence.cancel(false);
        }
    }

    private void close(ChannelHandlerContext ctx, String reason) {
        complaints.closing(ctx.channel().remoteAddress(), reason);
        ctx.close();
    }
}
