package io.ternmq.broker.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream of one connection into commands, and closes the connection over what is no frame, comes too slowly, or is longer than
 * the memory left for frames.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A write or a close that fails ends the connection, which is noticed elsewhere.
final class FrameReader extends ByteToMessageDecoder {
    private final FrameDecoder decoder;
    private final TransportLimits limits;
    private final IncomingBytes incoming;
    private final Complaints complaints;
    private @Nullable ScheduledFuture<?> deadline;
    private long frames;
    private long framesAtDeadlineStart;
    private int taken;
    private boolean closing;

    FrameReader(TransportLimits limits, IncomingBytes incoming, Complaints complaints) {
        this.decoder = new FrameDecoder(limits.maxFrameBytes());
        this.limits = limits;
        this.incoming = incoming;
        this.complaints = complaints;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (closing) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int start = in.readerIndex();
        try {
            Command command = decoder.decode(in);
            if (command != null) {
                frames++;
                out.add(new Received(command, in.readerIndex() - start, taken));
                taken = 0;
            } else {
                await(ctx, in);
            }
        } catch (MalformedFrameException e) {
            close(ctx, e.getMessage());
            in.skipBytes(in.readableBytes());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        release();
        super.channelInactive(ctx);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        release();
    }

    /** Part of a frame is there: makes sure that there is memory for the rest and that the rest comes in time. */
    private void await(ChannelHandlerContext ctx, ByteBuf in) {
        if (taken == 0 && in.readableBytes() >= 4) {
            int length = in.getInt(in.readerIndex());
            if (length > IncomingBytes.UNCOUNTED) {
                if (incoming.tryTake(length)) {
                    taken = length;
                } else {
                    close(
                            ctx,
                            "there is no memory left for its frame: length=" + length + ", limit of all frames="
                                    + limits.maxIncomingBytes());
                    in.skipBytes(in.readableBytes());
                    return;
                }
            }
        }
        if (deadline == null) {
            framesAtDeadlineStart = frames;
            deadline = ctx.executor()
                    .schedule(() -> checkProgress(ctx), limits.frame().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void checkProgress(ChannelHandlerContext ctx) {
        deadline = null;
        if (closing || internalBuffer().readableBytes() == 0) {
            return;
        }
        // While reading is held up for what the client has in service, a frame that does not arrive is not its fault.
        if (frames == framesAtDeadlineStart && ctx.channel().config().isAutoRead()) {
            close(
                    ctx,
                    "its frame did not arrive within " + limits.frame().toMillis() + " ms: bytes so far="
                            + internalBuffer().readableBytes());
        } else {
            framesAtDeadlineStart = frames;
            deadline = ctx.executor()
                    .schedule(() -> checkProgress(ctx), limits.frame().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void close(ChannelHandlerContext ctx, @Nullable String reason) {
        closing = true;
        complaints.closing(ctx.channel().remoteAddress(), String.valueOf(reason));
        ctx.close();
    }

    private void release() {
        if (taken > 0) {
            incoming.giveBack(taken);
            taken = 0;
        }
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /**
     * A command with what it costs.
     *
     * @param command the command
     * @param bytes length of its frame
     * @param taken what of it was taken from {@link IncomingBytes}
     */
    record Received(Command command, int bytes, int taken) {}
}
