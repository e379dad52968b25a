package io.ternmq.broker.schedule;

import io.ternmq.broker.store.CommittedRecord;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.SysFlag;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of timers. A message that waits is a record of {@link ResourceNames#TIMER_TOPIC} that knows where it belongs and when it is
 * due. It is settled by a later record whose {@code preparedTransactionOffset} is {@code -1 - logOffset} of the waiting one: the
 * delivered message, a copy that waits on behind it in the log, or a mark that it was cancelled. Its transaction bits are clear, unlike those of a
 * record that ends a half message.
 */
final class ParkedMessages {
    /** All timers wait in this queue. */
    static final int QUEUE = 0;

    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final byte[] CANCELLED = {'d'};

    /** Properties by which a waiting message is understood. */
    private static final List<String> OWN = List.of(
            PropertyNames.REAL_TOPIC,
            PropertyNames.REAL_QID,
            PropertyNames.TIMER_OUT_MS,
            PropertyNames.TIMER_SLOT_MS,
            PropertyNames.TIMER_MOVED_FROM_MS,
            PropertyNames.TIMER_DEL_UNIQKEY);

    private ParkedMessages() {}

    /** Returns the message as it waits for {@code deliverAt}; the index has it at {@code slot}. */
    static NewMessage park(NewMessage message, long deliverAt, long slot) {
        StringBuilder properties = withoutOwn(message.properties());
        put(properties, PropertyNames.REAL_TOPIC, message.topic());
        put(properties, PropertyNames.REAL_QID, Integer.toString(message.queueId()));
        putTimes(properties, deliverAt, slot);
        return new NewMessage(
                ResourceNames.TIMER_TOPIC,
                QUEUE,
                message.flag(),
                message.sysFlag(),
                message.bornTimestamp(),
                message.bornHost(),
                message.storeHost(),
                message.reconsumeTimes(),
                message.preparedTransactionOffset(),
                properties.toString(),
                message.body());
    }

    /** Returns the message that a waiting one becomes, for the queue it belongs to. */
    static NewMessage deliver(StoredMessage parked, int queueId) {
        Map<String, String> properties = MessageProperties.decode(parked.properties());
        String topic = properties.remove(PropertyNames.REAL_TOPIC);
        properties.remove(PropertyNames.REAL_QID);
        properties.remove(PropertyNames.TIMER_MOVED_FROM_MS);
        return settle(
                parked,
                topic == null ? parked.topic() : topic,
                queueId,
                MessageProperties.encode(properties),
                ByteBuffer.wrap(parked.body()));
    }

    /** Returns a copy that waits on in place of an old record. */
    static NewMessage roll(StoredMessage parked) {
        Map<String, String> properties = MessageProperties.decode(parked.properties());
        properties.remove(PropertyNames.TIMER_MOVED_FROM_MS);
        return settle(
                parked,
                ResourceNames.TIMER_TOPIC,
                QUEUE,
                MessageProperties.encode(properties),
                ByteBuffer.wrap(parked.body()));
    }

    /** Returns the mark that a waiting message is not to be delivered. */
    static NewMessage cancel(StoredMessage parked) {
        StringBuilder properties = new StringBuilder(160);
        String key = MessageProperties.get(parked.properties(), PropertyNames.UNIQ_KEY);
        if (key != null) {
            put(properties, PropertyNames.UNIQ_KEY, key);
        }
        put(properties, PropertyNames.TIMER_DEL_UNIQKEY, realTopic(parked) + (key == null ? "" : key));
        putTimes(properties, deliverAt(parked.properties()), slot(parked.properties()));
        return settle(parked, ResourceNames.TIMER_TOPIC, QUEUE, properties.toString(), ByteBuffer.wrap(CANCELLED));
    }

    /** Returns the same mark where the record of the message cannot be read. */
    static NewMessage cancel(Timer timer) {
        StringBuilder properties = new StringBuilder(96);
        put(properties, PropertyNames.TIMER_DEL_UNIQKEY, "");
        putTimes(properties, timer.deliverAt(), timer.slot());
        return new NewMessage(
                ResourceNames.TIMER_TOPIC,
                QUEUE,
                0,
                0,
                0,
                NOBODY,
                NOBODY,
                0,
                -1 - timer.logOffset(),
                properties.toString(),
                ByteBuffer.wrap(CANCELLED));
    }

    /** Returns a copy that waits for another instant instead. */
    static NewMessage move(StoredMessage parked, long deliverAt, long slot) {
        StringBuilder text = withoutOwn(parked.properties());
        put(text, PropertyNames.REAL_TOPIC, realTopic(parked));
        put(text, PropertyNames.REAL_QID, Integer.toString(realQueue(parked)));
        putTimes(text, deliverAt, slot);
        put(text, PropertyNames.TIMER_MOVED_FROM_MS, Long.toString(slot(parked.properties())));
        return settle(parked, ResourceNames.TIMER_TOPIC, QUEUE, text.toString(), ByteBuffer.wrap(parked.body()));
    }

    /** Returns whether a record settles a timer. */
    static boolean settlesTimer(CommittedRecord record) {
        return record.preparedTransactionOffset() < 0 && (record.sysFlag() & SysFlag.TRANSACTION_MASK) == 0;
    }

    /** Returns the log offset of the record that is settled. */
    static long settled(long preparedTransactionOffset) {
        return -1 - preparedTransactionOffset;
    }

    /** Returns whether the properties of a record of the timers' topic are those of a mark, not of a message that waits. */
    static boolean isMark(String properties) {
        return MessageProperties.get(properties, PropertyNames.TIMER_DEL_UNIQKEY) != null;
    }

    /** Returns when the message is due, or was; -1 if the record has no such time. */
    static long deliverAt(String properties) {
        return number(MessageProperties.get(properties, PropertyNames.TIMER_OUT_MS));
    }

    /** Returns where the index has the timer, or had it. */
    static long slot(String properties) {
        String text = MessageProperties.get(properties, PropertyNames.TIMER_SLOT_MS);
        return text == null ? deliverAt(properties) : number(text);
    }

    /** Returns where the index had the timer that a record settles. */
    static long settledSlot(String properties) {
        String text = MessageProperties.get(properties, PropertyNames.TIMER_MOVED_FROM_MS);
        return text == null ? slot(properties) : number(text);
    }

    /** Returns the topic that a waiting message belongs to. */
    static String realTopic(StoredMessage parked) {
        String topic = MessageProperties.get(parked.properties(), PropertyNames.REAL_TOPIC);
        return topic == null ? parked.topic() : topic;
    }

    /** Returns the queue that a waiting message belongs to. */
    static int realQueue(StoredMessage parked) {
        return (int) Math.max(0, number(MessageProperties.get(parked.properties(), PropertyNames.REAL_QID)));
    }

    /**
     * Returns the properties without those that say where a timer belongs: left from a timer or a transaction before, or forged by a
     * client. Hardly ever has a message one.
     */
    private static StringBuilder withoutOwn(String text) {
        StringBuilder properties = new StringBuilder(text.length() + 96);
        if (OWN.stream().noneMatch(name -> MessageProperties.get(text, name) != null)) {
            properties.append(text);
            if (!text.isEmpty() && text.charAt(text.length() - 1) != MessageProperties.VALUE_END) {
                properties.append(MessageProperties.VALUE_END);
            }
            return properties;
        }
        Map<String, String> others = MessageProperties.decode(text);
        others.keySet().removeAll(OWN);
        return properties.append(MessageProperties.encode(others));
    }

    private static NewMessage settle(
            StoredMessage parked, String topic, int queueId, String properties, ByteBuffer body) {
        return new NewMessage(
                topic,
                queueId,
                parked.flag(),
                parked.sysFlag() & ~SysFlag.TRANSACTION_MASK,
                parked.bornTimestamp(),
                parked.bornHost(),
                parked.storeHost(),
                parked.reconsumeTimes(),
                -1 - parked.commitLogOffset(),
                properties,
                body);
    }

    private static void putTimes(StringBuilder properties, long deliverAt, long slot) {
        put(properties, PropertyNames.TIMER_OUT_MS, Long.toString(deliverAt));
        if (slot != deliverAt) {
            put(properties, PropertyNames.TIMER_SLOT_MS, Long.toString(slot));
        }
    }

    private static void put(StringBuilder properties, String name, String value) {
        properties.append(name).append(MessageProperties.NAME_END).append(value).append(MessageProperties.VALUE_END);
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
