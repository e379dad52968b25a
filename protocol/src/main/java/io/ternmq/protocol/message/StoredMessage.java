package io.ternmq.protocol.message;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A message as the broker stores it and consumers pull it; {@link MessageLayout} draws the bytes. The address flags of
 * {@code sysFlag} are set from the hosts when writing. The body array is not copied: treat it as read-only.
 *
 * @param queueOffset position in its queue
 * @param commitLogOffset position of the record in the broker's log; identifies it
 * @param bornTimestamp epoch milliseconds of the sender's clock
 * @param storeTimestamp epoch milliseconds of the broker's clock
 * @param preparedTransactionOffset of a committed message, where its half message lies; else 0
 * @param body as sent, possibly compressed
 * @param properties the text form, see {@link MessageProperties}
 */
public record StoredMessage(
        String topic,
        int queueId,
        int flag,
        long queueOffset,
        long commitLogOffset,
        int sysFlag,
        long bornTimestamp,
        InetSocketAddress bornHost,
        long storeTimestamp,
        InetSocketAddress storeHost,
        int reconsumeTimes,
        long preparedTransactionOffset,
        byte[] body,
        String properties) {

    /** Returns how many bytes {@link #writeTo} will write. */
    public int encodedSize() {
        return encodedSize(topicBytes().length, propertyBytes().length);
    }

    private int encodedSize(int topicBytes, int propertyBytes) {
        return 68
                + hostSize(bornHost)
                + hostSize(storeHost)
                + 4
                + body.length
                + MessageLayout.topicLengthSize(topicBytes)
                + topicBytes
                + 2
                + propertyBytes;
    }

    /** Writes the record at the buffer's position. */
    public void writeTo(ByteBuffer out) {
        byte[] topicBytes = topicBytes();
        byte[] propertyBytes = propertyBytes();
        boolean shortTopic = MessageLayout.topicLengthSize(topicBytes.length) == 1;
        out.putInt(encodedSize(topicBytes.length, propertyBytes.length));
        out.putInt(shortTopic ? MessageLayout.MAGIC_V1 : MessageLayout.MAGIC_V2);
        out.putInt(bodyCrc(body));
        out.putInt(queueId);
        out.putInt(flag);
        out.putLong(queueOffset);
        out.putLong(commitLogOffset);
        out.putInt(sysFlagWithHosts());
        out.putLong(bornTimestamp);
        putHost(out, bornHost);
        out.putLong(storeTimestamp);
        putHost(out, storeHost);
        out.putInt(reconsumeTimes);
        out.putLong(preparedTransactionOffset);
        out.putInt(body.length);
        out.put(body);
        if (shortTopic) {
            out.put((byte) topicBytes.length);
        } else {
            out.putShort((short) topicBytes.length);
        }
        out.put(topicBytes);
        out.putShort((short) propertyBytes.length);
        out.put(propertyBytes);
    }

    private int sysFlagWithHosts() {
        int flags = sysFlag & ~(SysFlag.BORN_HOST_V6 | SysFlag.STORE_HOST_V6);
        flags |= hostSize(bornHost) == 20 ? SysFlag.BORN_HOST_V6 : 0;
        return flags | (hostSize(storeHost) == 20 ? SysFlag.STORE_HOST_V6 : 0);
    }

    private byte[] topicBytes() {
        return topic.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] propertyBytes() {
        return properties.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the record at the buffer's position and moves behind it.
     *
     * @throws MalformedMessageException if there is none, it is cut short, or its body does not fit its checksum; the position is then undefined
     */
    public static StoredMessage readFrom(ByteBuffer in) throws MalformedMessageException {
        int start = in.position();
        int available = in.remaining();
        int total = available < MessageLayout.MIN_SIZE ? -1 : in.getInt(start);
        if (total < MessageLayout.MIN_SIZE || total > available) {
            throw new MalformedMessageException(
                    "record size is out of range: size=" + total + ", available=" + available);
        }
        int magic = in.getInt(start + MessageLayout.MAGIC);
        if (magic != MessageLayout.MAGIC_V1 && magic != MessageLayout.MAGIC_V2) {
            throw new MalformedMessageException("record magic is unknown: magic=0x" + Integer.toHexString(magic));
        }
        ByteBuffer record = in.slice(start, total);
        in.position(start + total);
        try {
            return read(record, magic);
        } catch (BufferUnderflowException e) {
            throw new MalformedMessageException("record parts are longer than the record: size=" + total);
        }
    }

    private static StoredMessage read(ByteBuffer record, int magic) throws MalformedMessageException {
        record.position(MessageLayout.BODY_CRC);
        int crc = record.getInt();
        int queueId = record.getInt();
        int flag = record.getInt();
        long queueOffset = record.getLong();
        long commitLogOffset = record.getLong();
        int sysFlag = record.getInt();
        long bornTimestamp = record.getLong();
        InetSocketAddress bornHost = getHost(record, MessageLayout.bornHostSize(sysFlag));
        long storeTimestamp = record.getLong();
        InetSocketAddress storeHost = getHost(record, MessageLayout.storeHostSize(sysFlag));
        int reconsumeTimes = record.getInt();
        long preparedTransactionOffset = record.getLong();
        byte[] body = getBytes(record, record.getInt(), "body");
        if (bodyCrc(body) != crc) {
            throw new MalformedMessageException("body does not fit its checksum: commitLogOffset=" + commitLogOffset
                    + ", expected=" + crc + ", actual=" + bodyCrc(body));
        }
        int topicLength = magic == MessageLayout.MAGIC_V1 ? record.get() & 0xFF : record.getShort();
        String topic = new String(getBytes(record, topicLength, "topic"), StandardCharsets.UTF_8);
        String properties = new String(getBytes(record, record.getShort(), "properties"), StandardCharsets.UTF_8);
        return new StoredMessage(
                topic,
                queueId,
                flag,
                queueOffset,
                commitLogOffset,
                sysFlag,
                bornTimestamp,
                bornHost,
                storeTimestamp,
                storeHost,
                reconsumeTimes,
                preparedTransactionOffset,
                body,
                properties);
    }

    /** Reads records that follow each other until the buffer's end, as a pull answer has them. */
    public static List<StoredMessage> readAll(ByteBuffer in) throws MalformedMessageException {
        List<StoredMessage> messages = new ArrayList<>();
        while (in.hasRemaining()) {
            messages.add(readFrom(in));
        }
        return messages;
    }

    /** Returns the checksum of a body as records carry it. */
    public static int bodyCrc(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        return (int) crc.getValue() & 0x7FFFFFFF;
    }

    private static byte[] getBytes(ByteBuffer in, int length, String what) throws MalformedMessageException {
        if (length < 0 || length > in.remaining()) {
            throw new MalformedMessageException(
                    "length is out of range: part=" + what + ", length=" + length + ", available=" + in.remaining());
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int hostSize(InetSocketAddress host) {
        return host.getAddress().getAddress().length + 4;
    }

    private static void putHost(ByteBuffer out, InetSocketAddress host) {
        out.put(host.getAddress().getAddress()).putInt(host.getPort());
    }

    private static InetSocketAddress getHost(ByteBuffer in, int size) throws MalformedMessageException {
        byte[] address = getBytes(in, size - 4, "host");
        int port = in.getInt();
        if (port < 0 || port > 65535) {
            throw new MalformedMessageException("host port is out of range: port=" + port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new MalformedMessageException("host address is malformed: bytes=" + address.length);
        }
    }
}
