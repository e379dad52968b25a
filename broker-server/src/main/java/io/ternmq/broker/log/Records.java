package io.ternmq.broker.log;

import io.ternmq.protocol.message.MessageLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Reads single fields of a stored record where it lies, and tells whether bytes are a record; see {@link MessageLayout}.
 *
 * <p>In the log each record is followed by a checksum of {@value #CHECKSUM_BYTES} bytes, CRC-32C of the whole record, which is not
 * part of it and never leaves the broker.
 */
public final class Records {
    private static final int CHECKSUM_BYTES = 4;

    private Records() {}

    /** Checksum of a body as its record has it. Moves nothing. */
    public static int bodyCrc(ByteBuffer body) {
        CRC32 crc = new CRC32();
        crc.update(body.duplicate());
        return (int) crc.getValue() & 0x7FFFFFFF;
    }

    /** Total size. */
    public static int size(ByteBuffer record) {
        return record.getInt(MessageLayout.TOTAL_SIZE);
    }

    /** Queue id. */
    public static int queueId(ByteBuffer record) {
        return record.getInt(MessageLayout.QUEUE_ID);
    }

    /** Queue offset. */
    public static long queueOffset(ByteBuffer record) {
        return record.getLong(MessageLayout.QUEUE_OFFSET);
    }

    /** System flag. */
    public static int sysFlag(ByteBuffer record) {
        return record.getInt(MessageLayout.SYS_FLAG);
    }

    /** Log offset of the parked record that this one settles; 0 for most. */
    public static long preparedTransactionOffset(ByteBuffer record) {
        return record.getLong(MessageLayout.reconsumeTimesAt(sysFlag(record)) + 4);
    }

    /** Store timestamp, ms. */
    public static long storeTimestamp(ByteBuffer record) {
        return MessageLayout.storeTimestamp(record, 0);
    }

    /** Where the topic's bytes start. */
    public static int topicAt(ByteBuffer record) {
        int bodyLengthAt = MessageLayout.bodyLengthAt(record.getInt(MessageLayout.SYS_FLAG));
        int topicLengthAt = bodyLengthAt + 4 + record.getInt(bodyLengthAt);
        return topicLengthAt + (isV2(record) ? 2 : 1);
    }

    /** Length of the topic in bytes. */
    public static int topicLength(ByteBuffer record) {
        int at = topicAt(record);
        return isV2(record) ? record.getShort(at - 2) : record.get(at - 1);
    }

    /** Where the bytes of the properties start; they go up to the record's end. */
    public static int propertiesAt(ByteBuffer record) {
        return topicAt(record) + topicLength(record) + 2;
    }

    /** How many bytes of the log a record of this size takes: the record, and the checksum behind it. */
    public static int footprint(int size) {
        return size + CHECKSUM_BYTES;
    }

    /**
     * Puts the checksum behind the record that was written from {@code start} up to the buffer's position. It covers all of the
     * record, unlike the one of the wire, and so also tells that the record belongs to its log offset.
     */
    public static void seal(ByteBuffer out, int start) {
        out.putInt(checksum(out.slice(start, out.position() - start)));
    }

    /** Whether {@code bytes} starts with a whole and undamaged record that belongs to this log offset, and its checksum. */
    public static boolean isSound(ByteBuffer bytes, long expectedLogOffset) {
        if (!isPlausible(bytes, expectedLogOffset)) {
            return false;
        }
        int size = size(bytes);
        return footprint(size) <= bytes.limit() && checksum(bytes.slice(0, size)) == bytes.getInt(size);
    }

    /** Whether {@code bytes} looks like a whole record of this log offset, by size, magic and offset alone. */
    public static boolean isPlausible(ByteBuffer bytes, long expectedLogOffset) {
        if (bytes.limit() < MessageLayout.MIN_SIZE) {
            return false;
        }
        int total = size(bytes);
        int magic = bytes.getInt(MessageLayout.MAGIC);
        return total >= MessageLayout.MIN_SIZE
                && total <= bytes.limit()
                && (magic == MessageLayout.MAGIC_V1 || magic == MessageLayout.MAGIC_V2)
                && bytes.getLong(MessageLayout.COMMIT_LOG_OFFSET) == expectedLogOffset;
    }

    private static boolean isV2(ByteBuffer record) {
        return record.getInt(MessageLayout.MAGIC) == MessageLayout.MAGIC_V2;
    }

    private static int checksum(ByteBuffer record) {
        CRC32C crc = new CRC32C();
        crc.update(record);
        return (int) crc.getValue();
    }

    /** Where behind the start of {@code rest} a sound record starts; -1 if none does. */
    static long nextSound(ByteBuffer rest, long position) {
        for (int at = 1; at + MessageLayout.MIN_SIZE <= rest.limit(); at++) {
            int magic = rest.getInt(at + MessageLayout.MAGIC);
            if ((magic == MessageLayout.MAGIC_V1 || magic == MessageLayout.MAGIC_V2)
                    && isSound(rest.slice(at, rest.limit() - at), position + at)) {
                return position + at;
            }
        }
        return -1;
    }
}
