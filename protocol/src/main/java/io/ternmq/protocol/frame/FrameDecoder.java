package io.ternmq.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.ternmq.protocol.Command;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts commands out of a stream of bytes.
 *
 * <pre>
 *  0               4   5               8
 *  +---------------+---+---------------+-----------------+----------------+
 *  | total - 4     | f | header length | header          | body           |
 *  +---------------+---+---------------+-----------------+----------------+
 *  f: 0 = JSON header, 1 = binary header; integers are big-endian
 * </pre>
 *
 * Lengths are checked as soon as they are there, before anything is allocated for them. Immutable, usable from any thread.
 */
public final class FrameDecoder {
    /** The longest frame that genuine peers take, its length field included: 16 MiB. */
    public static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

    /** The longest header: the properties of a message (32 KiB) may take six bytes a character in JSON. */
    private static final int MAX_HEADER_BYTES = 1024 * 1024;

    private static final int LENGTH_BYTES = 4;
    private static final int PREFIX_BYTES = 8;

    private final int maxFrameBytes;

    /** Creates a decoder that takes frames up to {@link #MAX_FRAME_BYTES}. */
    public FrameDecoder() {
        this(MAX_FRAME_BYTES);
    }

    /** Creates a decoder with a limit of its own, in bytes, the length field included. */
    public FrameDecoder(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /**
     * Reads one command, if all its bytes are there.
     *
     * @param in the stream; its reader index moves past the frame that was read and stays where it is otherwise
     * @return the command, whose body is a retained slice of {@code in}, or {@code null} when bytes are missing
     * @throws MalformedFrameException when the stream holds something else
     */
    public @Nullable Command decode(ByteBuf in) throws MalformedFrameException {
        int readable = in.readableBytes();
        if (readable < LENGTH_BYTES) {
            return null;
        }
        int start = in.readerIndex();
        int rest = in.getInt(start);
        if (rest < LENGTH_BYTES || rest > maxFrameBytes - LENGTH_BYTES) {
            throw new MalformedFrameException("frame length is out of range: length=" + rest + ", first bytes="
                    + printable(in, start) + ", allowed=4.." + (maxFrameBytes - LENGTH_BYTES));
        }
        if (readable < PREFIX_BYTES) {
            return null;
        }
        int word = in.getInt(start + LENGTH_BYTES);
        int format = word >>> 24;
        int headerBytes = word & 0xFFFFFF;
        if (headerBytes > rest - LENGTH_BYTES || headerBytes > MAX_HEADER_BYTES) {
            throw new MalformedFrameException("header length is out of range: headerLength=" + headerBytes
                    + ", frameLength=" + rest + ", allowed=0.." + Math.min(rest - LENGTH_BYTES, MAX_HEADER_BYTES));
        }
        if (format > 1) {
            throw new MalformedFrameException(
                    "header format is unknown: format=" + format + ", allowed=0 (JSON), 1 (binary)");
        }
        if (readable < LENGTH_BYTES + rest) {
            return null;
        }
        int bodyBytes = rest - LENGTH_BYTES - headerBytes;
        ByteBuf header = in.slice(start + PREFIX_BYTES, headerBytes);
        Command head = format == 0 ? JsonHeader.decode(header) : BinaryHeader.decode(header);
        in.skipBytes(PREFIX_BYTES + headerBytes);
        return bodyBytes == 0 ? head : withBody(head, in.readRetainedSlice(bodyBytes));
    }

    private static Command withBody(Command head, ByteBuf body) {
        return new Command(
                head.code(),
                head.language(),
                head.version(),
                head.opaque(),
                head.flag(),
                head.remark(),
                head.fields(),
                body,
                head.format());
    }

    /** Shows the first bytes as text where they are text, so that a log line tells an HTTP request from noise. */
    private static String printable(ByteBuf in, int start) {
        byte[] first = new byte[Math.min(16, in.writerIndex() - start)];
        in.getBytes(start, first);
        StringBuilder text = new StringBuilder("'");
        for (char c : new String(first, StandardCharsets.ISO_8859_1).toCharArray()) {
            text.append(c >= ' ' && c < 127 ? c : '.');
        }
        return text.append('\'').toString();
    }
}
