package io.ternmq.protocol.message;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a batch send: its messages one after another, each as
 *
 * <pre>
 *  4 total size | 4 magic = 0 | 4 checksum = 0 | 4 flag | 4 n, n body | 2 p, p properties
 * </pre>
 *
 * Topic, queue, system flag and born timestamp are those of the request's header.
 */
public final class BatchBody {
    private static final int FIXED_BYTES = 4 + 4 + 4 + 4 + 4 + 2;
    private static final int FLAG_AT = 12;
    private static final int BODY_AT = 20;

    /**
     * One message of a batch.
     *
     * @param properties the text form, see {@link MessageProperties}
     */
    public record Item(int flag, byte[] body, String properties) {
        /** Returns how many bytes this message takes in the batch. */
        public int encodedSize() {
            return FIXED_BYTES + body.length + properties.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    private BatchBody() {}

    /** Returns the body of a batch. */
    public static byte[] encode(List<Item> items) {
        ByteBuffer out =
                ByteBuffer.allocate(items.stream().mapToInt(Item::encodedSize).sum());
        for (Item item : items) {
            byte[] properties = item.properties().getBytes(StandardCharsets.UTF_8);
            out.putInt(FIXED_BYTES + item.body().length + properties.length);
            out.putInt(0).putInt(0).putInt(item.flag());
            out.putInt(item.body().length).put(item.body());
            out.putShort((short) properties.length).put(properties);
        }
        return out.array();
    }

    /**
     * One message of a batch that was received.
     *
     * @param body a view of the batch's own bytes
     * @param properties the text form, see {@link MessageProperties}
     */
    public record Received(int flag, ByteBuffer body, String properties) {}

    /** Returns how many bytes a message takes in a batch. */
    public static int encodedSize(int bodyBytes, int propertiesBytes) {
        return FIXED_BYTES + bodyBytes + propertiesBytes;
    }

    /**
     * Adds a message to a batch that is being written.
     *
     * @param properties the text form in UTF-8, see {@link MessageProperties}
     */
    public static void write(ByteBuf out, int flag, byte[] body, byte[] properties) {
        out.writeInt(encodedSize(body.length, properties.length));
        out.writeLong(0);
        out.writeInt(flag);
        out.writeInt(body.length).writeBytes(body);
        out.writeShort(properties.length).writeBytes(properties);
    }

    /** Reads the messages of a batch until the buffer's end; their bodies are views of it. */
    public static List<Received> decode(ByteBuffer in) throws MalformedMessageException {
        List<Received> items = new ArrayList<>();
        while (in.hasRemaining()) {
            items.add(decodeItem(in));
        }
        return items;
    }

    private static Received decodeItem(ByteBuffer in) throws MalformedMessageException {
        int start = in.position();
        int available = in.remaining();
        int total = available < FIXED_BYTES ? -1 : in.getInt(start);
        if (total < FIXED_BYTES || total > available) {
            throw new MalformedMessageException(
                    "size of a message in the batch is out of range: size=" + total + ", available=" + available);
        }
        int end = start + total;
        int bodyAt = start + BODY_AT;
        int bodyLength = length(in.getInt(bodyAt - 4), end - bodyAt - 2, "body");
        int propertiesAt = bodyAt + bodyLength + 2;
        byte[] properties = new byte[length(in.getShort(propertiesAt - 2), end - propertiesAt, "properties")];
        in.get(propertiesAt, properties);
        in.position(end);
        return new Received(
                in.getInt(start + FLAG_AT),
                in.slice(bodyAt, bodyLength),
                new String(properties, StandardCharsets.UTF_8));
    }

    private static int length(int length, int most, String what) throws MalformedMessageException {
        if (length < 0 || length > most) {
            throw new MalformedMessageException(
                    "length is out of range: part=batch " + what + ", length=" + length + ", available=" + most);
        }
        return length;
    }
}
