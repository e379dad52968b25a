package io.ternmq.broker.store;

import io.ternmq.broker.log.Records;
import io.ternmq.protocol.message.MessageLayout;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.SysFlag;
import io.ternmq.protocol.message.TagHash;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message made ready to be written, as far as that needs no lock: checked, measured, encoded in parts. For one thread. */
final class PreparedRecord {
    private static final int MAX_TOPIC_BYTES = 255;
    private static final int MAX_QUEUE_ID = 65_535;
    private static final int MAX_V1_TOPIC_BYTES = 127;

    private final NewMessage message;
    private final byte[] topic;
    private final byte[] properties;
    private final int sysFlag;
    private final int bodyCrc;
    private final int size;
    private final long tagsCode;

    /**
     * Prepares a message.
     *
     * @param before the one before in its batch, which most often has the same topic
     * @throws StoreException if it cannot be stored
     */
    PreparedRecord(NewMessage message, @Nullable PreparedRecord before, int maxMessageBytes) {
        this.message = message;
        this.topic = before != null && before.message.topic().equals(message.topic())
                ? before.topic
                : message.topic().getBytes(StandardCharsets.UTF_8);
        this.properties = message.properties().getBytes(StandardCharsets.UTF_8);
        int flag = message.sysFlag() & ~(SysFlag.BORN_HOST_V6 | SysFlag.STORE_HOST_V6);
        flag |= isV6(message.bornHost()) ? SysFlag.BORN_HOST_V6 : 0;
        flag |= isV6(message.storeHost()) ? SysFlag.STORE_HOST_V6 : 0;
        this.sysFlag = flag;
        int bodyLength = message.body().remaining();
        check(message, bodyLength, maxMessageBytes);
        this.size = MessageLayout.bodyLengthAt(flag)
                + 4
                + bodyLength
                + (topic.length > MAX_V1_TOPIC_BYTES ? 2 : 1)
                + topic.length
                + 2
                + properties.length;
        this.bodyCrc = Records.bodyCrc(message.body());
        this.tagsCode = TagHash.of(MessageProperties.get(message.properties(), PropertyNames.TAGS));
    }

    int size() {
        return size;
    }

    long tagsCode() {
        return tagsCode;
    }

    /** What followers of the log see of it at its place. */
    CommittedRecord committed(long logOffset, long queueOffset, long storeTimestamp) {
        return new CommittedRecord(
                message.topic(),
                message.queueId(),
                queueOffset,
                logOffset,
                size,
                sysFlag,
                storeTimestamp,
                message.preparedTransactionOffset(),
                message.properties());
    }

    /** Writes the record at the buffer's position. */
    void writeTo(ByteBuffer out, long logOffset, long queueOffset, long storeTimestamp) {
        boolean v2 = topic.length > MAX_V1_TOPIC_BYTES;
        ByteBuffer body = message.body();
        out.putInt(size)
                .putInt(v2 ? MessageLayout.MAGIC_V2 : MessageLayout.MAGIC_V1)
                .putInt(bodyCrc)
                .putInt(message.queueId())
                .putInt(message.flag())
                .putLong(queueOffset)
                .putLong(logOffset)
                .putInt(sysFlag)
                .putLong(message.bornTimestamp());
        putHost(out, message.bornHost());
        out.putLong(storeTimestamp);
        putHost(out, message.storeHost());
        out.putInt(message.reconsumeTimes())
                .putLong(message.preparedTransactionOffset())
                .putInt(body.remaining());
        out.put(out.position(), body, body.position(), body.remaining());
        out.position(out.position() + body.remaining());
        if (v2) {
            out.putShort((short) topic.length);
        } else {
            out.put((byte) topic.length);
        }
        out.put(topic).putShort((short) properties.length).put(properties);
    }

    private void check(NewMessage message, int bodyLength, int maxMessageBytes) {
        if (bodyLength > maxMessageBytes) {
            throw new StoreException(
                    StoreException.Kind.TOO_LARGE,
                    "message body is too large: topic=" + message.topic() + ", bytes=" + bodyLength + ", max="
                            + maxMessageBytes);
        }
        if (topic.length == 0 || topic.length > MAX_TOPIC_BYTES) {
            throw illegal("topic must have 1 to 255 bytes: bytes=" + topic.length);
        }
        if (message.queueId() < 0 || message.queueId() > MAX_QUEUE_ID) {
            throw illegal("queue id must be 0 to 65535: topic=" + message.topic() + ", queueId=" + message.queueId());
        }
        if (properties.length > MessageProperties.MAX_BYTES) {
            throw new StoreException(
                    StoreException.Kind.TOO_LARGE,
                    "message properties are too large: topic=" + message.topic() + ", bytes=" + properties.length
                            + ", max=" + MessageProperties.MAX_BYTES);
        }
        if (message.bornHost().isUnresolved() || message.storeHost().isUnresolved()) {
            throw illegal("host addresses must be resolved: bornHost=" + message.bornHost() + ", storeHost="
                    + message.storeHost());
        }
    }

    private static StoreException illegal(String what) {
        return new StoreException(StoreException.Kind.ILLEGAL, what);
    }

    private static boolean isV6(InetSocketAddress host) {
        return host.getAddress() instanceof Inet6Address;
    }

    private static void putHost(ByteBuffer out, InetSocketAddress host) {
        out.put(Objects.requireNonNull(host.getAddress()).getAddress()).putInt(host.getPort());
    }
}
