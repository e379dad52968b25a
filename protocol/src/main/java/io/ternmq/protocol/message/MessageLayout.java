package io.ternmq.protocol.message;

import java.nio.ByteBuffer;

/**
 * The ruler of a stored record, big-endian; H is 4 bytes of address (16 where the system flag says so) and 4 of port.
 *
 * <pre>
 *   0  4 total size, this field included
 *   4  4 magic: 0xDAA320A7 (topic length in 1 byte), 0xDAA320AB (in 2 bytes)
 *   8  4 CRC-32 of the body without its top bit
 *  12  4 queue id
 *  16  4 user flag
 *  20  8 queue offset
 *  28  8 commit log offset
 *  36  4 system flag
 *  40  8 born timestamp
 *  48  H born host
 *      8 store timestamp
 *      H store host
 *      4 reconsume times
 *      8 prepared transaction offset
 *      4 body length, body
 *    1/2 topic length, topic
 *      2 properties length, properties
 * </pre>
 */
public final class MessageLayout {
    /** Magic of records whose topic length takes one byte. */
    public static final int MAGIC_V1 = 0xDAA320A7;

    /** Magic of records whose topic length takes two bytes; consumers before 5.x cannot read them. */
    public static final int MAGIC_V2 = 0xDAA320AB;

    /** Magic of the filler at the end of a log file; never sent. */
    public static final int MAGIC_BLANK = 0xCBD43194;

    public static final int TOTAL_SIZE = 0;
    public static final int MAGIC = 4;
    public static final int BODY_CRC = 8;
    public static final int QUEUE_ID = 12;
    public static final int FLAG = 16;
    public static final int QUEUE_OFFSET = 20;
    public static final int COMMIT_LOG_OFFSET = 28;
    public static final int SYS_FLAG = 36;
    public static final int BORN_TIMESTAMP = 40;
    public static final int BORN_HOST = 48;

    /** The smallest record: IPv4 hosts, no body, a topic of one byte, no properties. */
    public static final int MIN_SIZE = 68 + 2 * 8 + 4 + 2 + 2;

    private MessageLayout() {}

    /** Returns how many bytes the born host takes. */
    public static int bornHostSize(int sysFlag) {
        return (sysFlag & SysFlag.BORN_HOST_V6) == 0 ? 8 : 20;
    }

    /** Returns how many bytes the store host takes. */
    public static int storeHostSize(int sysFlag) {
        return (sysFlag & SysFlag.STORE_HOST_V6) == 0 ? 8 : 20;
    }

    /** Returns where the store timestamp of the record lies, relative to its start. */
    public static int storeTimestampAt(int sysFlag) {
        return BORN_HOST + bornHostSize(sysFlag);
    }

    /** Returns where the reconsume times lie, relative to the record's start. */
    public static int reconsumeTimesAt(int sysFlag) {
        return storeTimestampAt(sysFlag) + 8 + storeHostSize(sysFlag);
    }

    /** Returns where the body length lies, relative to the record's start. */
    public static int bodyLengthAt(int sysFlag) {
        return reconsumeTimesAt(sysFlag) + 4 + 8;
    }

    /** Returns the store timestamp of a record that starts at an index of a buffer. */
    public static long storeTimestamp(ByteBuffer buffer, int start) {
        return buffer.getLong(start + storeTimestampAt(buffer.getInt(start + SYS_FLAG)));
    }

    /** Returns how many bytes the topic length takes: one up to 127 bytes of topic, else two. */
    static int topicLengthSize(int topicBytes) {
        return topicBytes <= Byte.MAX_VALUE ? 1 : 2;
    }
}
