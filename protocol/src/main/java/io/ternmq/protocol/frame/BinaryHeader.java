package io.ternmq.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.Language;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of a header.
 *
 * <pre>
 *  2 code | 1 language | 2 version | 4 opaque | 4 flag | 4 n, n remark | 4 m, m bytes of fields
 *  a field: 2 k, k name | 4 v, v value
 * </pre>
 */
final class BinaryHeader {
    private static final int FIXED_BYTES = 2 + 1 + 2 + 4 + 4;

    private BinaryHeader() {}

    /** Returns whether a code fits the 16 bits that this form has for it. */
    static boolean fits(int code) {
        return code == (short) code;
    }

    static Command decode(ByteBuf header) throws MalformedFrameException {
        if (header.readableBytes() < FIXED_BYTES) {
            throw new MalformedFrameException(
                    "binary header is too short: headerLength=" + header.readableBytes() + ", least=" + FIXED_BYTES);
        }
        int code = header.readShort();
        Language language = Language.of(header.readUnsignedByte());
        int version = header.readUnsignedShort();
        int opaque = header.readInt();
        int flag = header.readInt();
        int remarkBytes = readLength(header, 4, "remark");
        String remark = remarkBytes == 0 ? null : readText(header, remarkBytes);
        Fields fields = readFields(header);
        return new Command(
                code, language, version, opaque, flag, remark, fields, Unpooled.EMPTY_BUFFER, HeaderFormat.BINARY);
    }

    private static Fields readFields(ByteBuf header) throws MalformedFrameException {
        int fieldBytes = readLength(header, 4, "extFields");
        if (fieldBytes == 0) {
            return Fields.empty();
        }
        ByteBuf in = header.readSlice(fieldBytes);
        Fields.Builder fields = Fields.builder();
        while (in.isReadable()) {
            String name = readText(in, readLength(in, 2, "field name"));
            String value = readText(in, readLength(in, 4, "field value"));
            fields.put(name, value);
        }
        return fields.build();
    }

    private static int readLength(ByteBuf in, int size, String what) throws MalformedFrameException {
        int available = in.readableBytes() - size;
        int length = available < 0 ? -1 : size == 2 ? in.readUnsignedShort() : in.readInt();
        if (length < 0 || length > available) {
            throw new MalformedFrameException("binary header is cut short: part=" + what + ", length=" + length
                    + ", available=" + Math.max(0, available));
        }
        return length;
    }

    private static String readText(ByteBuf in, int length) {
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    static void encode(Command command, ByteBuf out) {
        out.writeShort(command.code());
        out.writeByte(command.language().number());
        out.writeShort(command.version());
        out.writeInt(command.opaque());
        out.writeInt(command.flag());
        writeText(command.remark(), out);
        int lengthAt = out.writerIndex();
        out.writeInt(0);
        Fields fields = command.fields();
        for (int i = 0; i < fields.size(); i++) {
            int nameAt = out.writerIndex();
            out.writeShort(0);
            out.setShort(nameAt, ByteBufUtil.writeUtf8(out, fields.name(i)));
            writeText(fields.value(i), out);
        }
        out.setInt(lengthAt, out.writerIndex() - lengthAt - 4);
    }

    private static void writeText(@Nullable String text, ByteBuf out) {
        int lengthAt = out.writerIndex();
        out.writeInt(0);
        if (text != null) {
            out.setInt(lengthAt, ByteBufUtil.writeUtf8(out, text));
        }
    }
}
