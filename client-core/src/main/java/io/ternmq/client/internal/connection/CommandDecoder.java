package io.ternmq.client.internal.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts commands out of what a connection receives; a stream that is not ours ends the connection. */
final class CommandDecoder extends ByteToMessageDecoder {

    private static final Logger LOGGER = LoggerFactory.getLogger(CommandDecoder.class);

    private final FrameDecoder frames = new FrameDecoder();

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        try {
            Command command = frames.decode(in);
            if (command != null) {
                out.add(command);
            }
        } catch (MalformedFrameException e) {
            LOGGER.warn(
                    "closing a connection whose peer does not speak this protocol: address={}, reason={}; check the"
                            + " port",
                    context.channel().remoteAddress(),
                    e.getMessage());
            in.skipBytes(in.readableBytes());
            // Whoever waits for an answer learns the reason; then the connection closes.
            context.fireExceptionCaught(e);
        }
    }
}
