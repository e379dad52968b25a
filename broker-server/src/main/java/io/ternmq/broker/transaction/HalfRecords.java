package io.ternmq.broker.transaction;

import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreException;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.SysFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The forms that a transactional message takes on its way. */
final class HalfRecords {
    private HalfRecords() {}

    /** The message as it waits for its outcome. */
    static NewMessage half(NewMessage message, String producerGroup) {
        Map<String, String> properties = MessageProperties.decode(message.properties());
        properties.remove(PropertyNames.TRANSACTION_CHECK_TIMES);
        properties.remove(PropertyNames.TRAN_PREPARED_QUEUE_OFFSET);
        properties.put(PropertyNames.TRAN_MSG, "true");
        properties.putIfAbsent(PropertyNames.PGROUP, producerGroup);
        properties.put(PropertyNames.REAL_TOPIC, message.topic());
        properties.put(PropertyNames.REAL_QID, Integer.toString(message.queueId()));
        return new NewMessage(
                ResourceNames.HALF_TOPIC,
                0,
                message.flag(),
                message.sysFlag() & ~SysFlag.TRANSACTION_MASK,
                message.bornTimestamp(),
                message.bornHost(),
                message.storeHost(),
                message.reconsumeTimes(),
                0,
                MessageProperties.encode(properties),
                message.body());
    }

    /** A half message as it is delivered. */
    static NewMessage committed(StoredMessage half) throws CommandException {
        Map<String, String> properties = ownProperties(half);
        return message(
                half,
                realTopic(half),
                realQueue(half),
                (half.sysFlag() & ~SysFlag.TRANSACTION_MASK) | SysFlag.TRANSACTION_COMMITTED,
                properties,
                ByteBuffer.wrap(half.body()));
    }

    /** The record that says that a half message is dropped. */
    static NewMessage rolledBack(StoredMessage half) {
        String place = Long.toString(half.queueOffset());
        return new NewMessage(
                ResourceNames.OP_HALF_TOPIC,
                0,
                0,
                0,
                half.bornTimestamp(),
                half.bornHost(),
                half.storeHost(),
                0,
                reference(half.commitLogOffset()),
                MessageProperties.encode(Map.of(PropertyNames.TAGS, "d")),
                ByteBuffer.wrap(place.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A half message as it is kept for people to look at. */
    static NewMessage givenUp(StoredMessage half, int checks) {
        Map<String, String> properties = ownProperties(half);
        properties.put(PropertyNames.TRANSACTION_CHECK_TIMES, Integer.toString(checks));
        return message(
                half, ResourceNames.CHECK_MAX_TIME_TOPIC, 0, half.sysFlag(), properties, ByteBuffer.wrap(half.body()));
    }

    /** A half message, or one that was given up, as it goes on waiting at another place. */
    static NewMessage renewed(StoredMessage half, int checks) {
        Map<String, String> properties = ownProperties(half);
        properties.put(PropertyNames.TRAN_PREPARED_QUEUE_OFFSET, Long.toString(half.queueOffset()));
        if (checks > 0) {
            properties.put(PropertyNames.TRANSACTION_CHECK_TIMES, Integer.toString(checks));
        }
        return message(half, ResourceNames.HALF_TOPIC, 0, half.sysFlag(), properties, ByteBuffer.wrap(half.body()));
    }

    /** The record that a producer is shown when it is asked about a half message. */
    static StoredMessage question(StoredMessage half, int checks) throws CommandException {
        Map<String, String> properties = ownProperties(half);
        properties.put(PropertyNames.TRANSACTION_CHECK_TIMES, Integer.toString(checks));
        return new StoredMessage(
                realTopic(half),
                realQueue(half),
                half.flag(),
                half.queueOffset(),
                half.commitLogOffset(),
                half.sysFlag(),
                half.bornTimestamp(),
                half.bornHost(),
                half.storeTimestamp(),
                half.storeHost(),
                half.reconsumeTimes(),
                half.preparedTransactionOffset(),
                half.body(),
                MessageProperties.encode(properties));
    }

    /** Every form but the first names the place of the one before. */
    private static NewMessage message(
            StoredMessage half,
            String topic,
            int queueId,
            int sysFlag,
            Map<String, String> properties,
            ByteBuffer body) {
        return new NewMessage(
                topic,
                queueId,
                half.flag(),
                sysFlag,
                half.bornTimestamp(),
                half.bornHost(),
                half.storeHost(),
                half.reconsumeTimes(),
                reference(half.commitLogOffset()),
                MessageProperties.encode(properties),
                body);
    }

    /**
     * How a record names the log offset of a half message. In the field for it 0 stands for none, and negative numbers stand for timers, so
     * that the largest number stands for 0.
     */
    private static long reference(long logOffset) {
        return logOffset == 0 ? Long.MAX_VALUE : logOffset;
    }

    /** The log offset that a positive reference names. */
    static long referred(long reference) {
        return reference == Long.MAX_VALUE ? 0 : reference;
    }

    private static Map<String, String> ownProperties(StoredMessage half) {
        Map<String, String> properties = MessageProperties.decode(half.properties());
        properties.remove(PropertyNames.TRANSACTION_CHECK_TIMES);
        properties.remove(PropertyNames.TRAN_PREPARED_QUEUE_OFFSET);
        return properties;
    }

    /** The topic a half message is meant for. */
    static String realTopic(StoredMessage half) throws CommandException {
        return required(half, PropertyNames.REAL_TOPIC);
    }

    /** The group that is asked about a half message. */
    static String group(StoredMessage half) throws CommandException {
        return required(half, PropertyNames.PGROUP);
    }

    /** Whether this is a half message that was given up. */
    static boolean isGivenUp(StoredMessage record) {
        return record.topic().equals(ResourceNames.CHECK_MAX_TIME_TOPIC);
    }

    private static int realQueue(StoredMessage half) throws CommandException {
        String text = required(half, PropertyNames.REAL_QID);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw unreadable(half.commitLogOffset(), PropertyNames.REAL_QID + "=" + text);
        }
    }

    private static String required(StoredMessage half, String name) throws CommandException {
        String value = MessageProperties.get(half.properties(), name);
        if (value == null) {
            throw unreadable(half.commitLogOffset(), "property is missing: " + name);
        }
        return value;
    }

    /** Reads the record at a log offset. Blocks. */
    static StoredMessage read(MessageStore store, long logOffset) throws CommandException {
        try {
            Optional<ByteBuffer> record = store.recordAt(logOffset);
            if (record.isEmpty()) {
                throw unreadable(logOffset, "the log has no record there any more");
            }
            return StoredMessage.readFrom(record.get().duplicate());
        } catch (MalformedMessageException | StoreException e) {
            throw unreadable(logOffset, String.valueOf(e.getMessage()));
        }
    }

    private static CommandException unreadable(long logOffset, String reason) {
        return new CommandException(
                ResponseCode.SYSTEM_ERROR,
                "half message cannot be read: commitLogOffset=" + logOffset + ", reason=" + reason);
    }
}
