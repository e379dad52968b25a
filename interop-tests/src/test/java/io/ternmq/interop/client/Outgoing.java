package io.ternmq.interop.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message to send.
 *
 * @param topic where to
 * @param tag its tag, if any
 * @param key its key, if any
 * @param properties the sender's own properties
 * @param body its content; not copied
 */
public record Outgoing(
        String topic, @Nullable String tag, @Nullable String key, Map<String, String> properties, byte[] body) {
    /** A message with a text and nothing else. */
    public static Outgoing text(String topic, String text) {
        return new Outgoing(topic, null, null, Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with a tag. */
    public Outgoing tagged(String newTag) {
        return new Outgoing(topic, newTag, key, properties, body);
    }

    /** The same with a key. */
    public Outgoing keyed(String newKey) {
        return new Outgoing(topic, tag, newKey, properties, body);
    }

    /** The same with these properties. */
    public Outgoing with(Map<String, String> newProperties) {
        return new Outgoing(topic, tag, key, newProperties, body);
    }
}
