package io.ternmq.broker.store;

import io.ternmq.broker.log.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a {@link LogFollower} sees of a record that is committed.
 *
 * @param topic topic of the queue it is in, which may be one of the broker's own
 * @param queueId queue it is in
 * @param queueOffset its place in that queue
 * @param logOffset its place in the log
 * @param size bytes of the record
 * @param sysFlag flags as on the wire
 * @param storeTimestamp when it was stored, ms
 * @param preparedTransactionOffset log offset of the parked record (a half message, a timer) that this one settles; 0 for ordinary
 *     messages
 * @param properties text of {@code name\1value\2} entries
 */
public record CommittedRecord(
        String topic,
        int queueId,
        long queueOffset,
        long logOffset,
        int size,
        int sysFlag,
        long storeTimestamp,
        long preparedTransactionOffset,
        String properties) {
    /** Of a record as it is in the log. */
    static CommittedRecord of(long logOffset, ByteBuffer record) {
        int propertiesAt = Records.propertiesAt(record);
        return new CommittedRecord(
                text(record, Records.topicAt(record), Records.topicLength(record)),
                Records.queueId(record),
                Records.queueOffset(record),
                logOffset,
                Records.size(record),
                Records.sysFlag(record),
                Records.storeTimestamp(record),
                Records.preparedTransactionOffset(record),
                text(record, propertiesAt, record.limit() - propertiesAt));
    }

    private static String text(ByteBuffer record, int at, int length) {
        byte[] bytes = new byte[length];
        record.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
