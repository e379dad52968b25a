package io.ternmq.broker.log;

import io.ternmq.protocol.message.MessageLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Reads single fields of a stored record where it lies, and tells whether bytes are a record; see {@link MessageLayout}. */
public final class Records {
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

    /**
     * Whether {@code bytes} starts with a whole and sound record that belongs to this log offset. Besides the body's checksum
     * this asks that all lengths add up, and that topic and properties have no zero byte: the log never holds one there, and
     * what a torn write leaves out reads as zeros.
     */
    public static boolean isSound(ByteBuffer bytes, long expectedLogOffset) {
        if (!isPlausible(bytes, expectedLogOffset)) {
            return false;
        }
        int total = size(bytes);
        int bodyAt = MessageLayout.bodyLengthAt(bytes.getInt(MessageLayout.SYS_FLAG)) + 4;
        int bodyLength = bodyAt <= total ? bytes.getInt(bodyAt - 4) : -1;
        if (bodyLength < 0 || bodyLength > total - bodyAt) {
            return false;
        }
        int topicAt = bodyAt + bodyLength + (isV2(bytes) ? 2 : 1);
        if (topicAt > total) {
            return false;
        }
        int topicLength = isV2(bytes) ? bytes.getShort(topicAt - 2) : bytes.get(topicAt - 1);
        int propertiesAt = topicAt + topicLength + 2;
        if (topicLength <= 0 || propertiesAt > total || total - propertiesAt != bytes.getShort(propertiesAt - 2)) {
            return false;
        }
        return !hasZero(bytes, topicAt, topicAt + topicLength)
                && !hasZero(bytes, propertiesAt, total)
                && bodyCrc(bytes.slice(bodyAt, bodyLength)) == bytes.getInt(MessageLayout.BODY_CRC);
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

    private static boolean hasZero(ByteBuffer bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes.get(i) == 0) {
                return true;
            }
        }
        return false;
    }
}
