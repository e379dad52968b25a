package io.ternmq.protocol.message;

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

    /** Reads the messages of a batch until the buffer's end. */
    public static List<Item> decode(ByteBuffer in) throws MalformedMessageException {
        List<Item> items = new ArrayList<>();
        while (in.hasRemaining()) {
            items.add(decodeItem(in));
        }
        return items;
    }

    private static Item decodeItem(ByteBuffer in) throws MalformedMessageException {
        int start = in.position();
        int available = in.remaining();
        int total = available < FIXED_BYTES ? -1 : in.getInt(start);
        if (total < FIXED_BYTES || total > available) {
            throw new MalformedMessageException(
                    "size of a message in the batch is out of range: size=" + total + ", available=" + available);
        }
        ByteBuffer item = in.slice(start, total);
        in.position(start + total);
        int flag = item.getInt(12);
        item.position(16);
        byte[] body = getBytes(item, item.getInt(), 2, "body");
        byte[] properties = getBytes(item, item.getShort(), 0, "properties");
        return new Item(flag, body, new String(properties, StandardCharsets.UTF_8));
    }

    private static byte[] getBytes(ByteBuffer in, int length, int reserve, String what)
            throws MalformedMessageException {
        if (length < 0 || length > in.remaining() - reserve) {
            throw new MalformedMessageException("length is out of range: part=batch " + what + ", length=" + length
                    + ", available=" + in.remaining());
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
