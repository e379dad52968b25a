package io.ternmq.protocol.message;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What names a message that waits for its delivery time: enough to take it back, and opaque to users. Travels as URL-safe Base64 of
 * {@code v1 topic broker deliverAt uniqueKey}; in a request to move the message, as {@code move topic …}, which genuine brokers refuse: they would
 * cancel it.
 *
 * @param topic topic the message is to be delivered to
 * @param brokerName broker that has it
 * @param deliverAt when it is due, epoch milliseconds
 * @param uniqueKey the message's unique id
 */
public record RecallHandle(String topic, String brokerName, long deliverAt, String uniqueKey) {
    private static final String VERSION = "v1";
    private static final String MOVE = "move";
    private static final int PARTS = 5;
    /** Longer than the longest topic, broker name, number and id together. */
    private static final int MAX_TEXT = 4096;

    /** Returns the text that travels. */
    public String encode() {
        return encode(VERSION);
    }

    /** Returns the text that travels in a request to move the message. */
    public String encodeToMove() {
        return encode(MOVE);
    }

    private String encode(String form) {
        String text = form + ' ' + topic + ' ' + brokerName + ' ' + deliverAt + ' ' + uniqueKey;
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the handle of a text, or {@code null} if it is none. */
    public static @Nullable RecallHandle parse(String text) {
        if (text.length() > MAX_TEXT) {
            return null;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", -1);
            return parts.length == PARTS
                            && (parts[0].equals(VERSION) || parts[0].equals(MOVE))
                            && !parts[1].isEmpty()
                            && !parts[4].isEmpty()
                    ? new RecallHandle(parts[1], parts[2], Long.parseLong(parts[3]), parts[4])
                    : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
