package io.ternmq.test;

import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.SysFlag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A message as a broker holds it.
 *
 * @param topic where it is or, if it waits for its time, will be
 * @param tag its tag; {@code null} if it has none
 * @param keys its keys
 * @param body decompressed, if that was ZLIB
 * @param properties all of them, those of the system among them
 * @param messageId the id that its sender got
 * @param queue number of the queue it is in
 * @param reconsumeTimes how often it has come again
 * @param deliverAt until when it waits, or {@code null} if it can be consumed
 */
public record PublishedMessage(
        String topic,
        @Nullable String tag,
        List<String> keys,
        byte[] body,
        Map<String, String> properties,
        @Nullable String messageId,
        int queue,
        int reconsumeTimes,
        @Nullable Instant deliverAt) {

    public PublishedMessage {
        keys = List.copyOf(keys);
        properties = Map.copyOf(properties);
    }

    static PublishedMessage of(String topic, StoredMessage message, @Nullable Instant deliverAt) {
        Map<String, String> properties = MessageProperties.decode(message.properties());
        String keys = properties.getOrDefault(PropertyNames.KEYS, "").trim();
        return new PublishedMessage(
                topic,
                properties.get(PropertyNames.TAGS),
                keys.isEmpty() ? List.of() : List.of(keys.split(" +")),
                body(message),
                properties,
                properties.get(PropertyNames.UNIQ_KEY),
                message.queueId(),
                message.reconsumeTimes(),
                deliverAt);
    }

    private static byte[] body(StoredMessage message) {
        int kind = message.sysFlag() & SysFlag.COMPRESSION_MASK;
        boolean inflate =
                (message.sysFlag() & SysFlag.COMPRESSED) != 0 && (kind == 0 || kind == SysFlag.COMPRESSION_ZLIB);
        if (!inflate) {
            return message.body();
        }
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(message.body()))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the body of a message cannot be read", e);
        }
    }

    /** The body as text, in UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** A property; {@code null} if the message has none of that name. */
    public @Nullable String property(String name) {
        return properties.get(name);
    }

    /** In a form for people. */
    @Override
    public String toString() {
        return "topic=" + topic + ", tag=" + tag + ", keys=" + keys + ", messageId=" + messageId + ", reconsumeTimes="
                + reconsumeTimes + (deliverAt == null ? "" : ", deliverAt=" + deliverAt) + ", text="
                + (body.length > 200 ? text().substring(0, 100) + "…" : text());
    }
}
