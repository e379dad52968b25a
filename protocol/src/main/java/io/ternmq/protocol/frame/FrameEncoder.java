package io.ternmq.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.HeaderFormat;

/** Writes commands as frames; {@link FrameDecoder} draws the layout. Stateless. */
public final class FrameEncoder {
    /** Up to this size copying a body is cheaper than another buffer in the write. */
    private static final int COPY_BODY_BYTES = 4096;

    private static final int PREFIX_BYTES = 8;
    private static final int USUAL_HEADER_BYTES = 512;

    private FrameEncoder() {}

    /**
     * Returns the frame of a command, and takes over its body. A command whose code does not fit the binary header is
     * written with a JSON one.
     */
    public static ByteBuf encode(Command command, ByteBufAllocator allocator) {
        ByteBuf body = command.body();
        int bodyBytes = body.readableBytes();
        boolean copied = bodyBytes <= COPY_BODY_BYTES;
        ByteBuf out = allocator.ioBuffer(PREFIX_BYTES + USUAL_HEADER_BYTES + (copied ? bodyBytes : 0));
        try {
            out.writeZero(PREFIX_BYTES);
            HeaderFormat format = BinaryHeader.fits(command.code()) ? command.format() : HeaderFormat.JSON;
            if (format == HeaderFormat.JSON) {
                JsonHeader.encode(command, out);
            } else {
                BinaryHeader.encode(command, out);
            }
            int headerBytes = out.readableBytes() - PREFIX_BYTES;
            out.setInt(0, 4 + headerBytes + bodyBytes);
            out.setInt(4, (format.number() << 24) | headerBytes);
            if (copied) {
                out.writeBytes(body, body.readerIndex(), bodyBytes);
                body.release();
                return out;
            }
        } catch (RuntimeException | Error e) {
            out.release();
            body.release();
            throw e;
        }
        return allocator.compositeBuffer(2).addComponents(true, out, body);
    }
}
