package io.ternmq.interop.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A message as a listener got it.
 *
 * @param topic its topic
 * @param messageId the id that the sender gave it
 * @param tag its tag, empty if none
 * @param key its key, empty if none
 * @param properties all properties that are neither tag nor key, those of the system included
 * @param body its content
 * @param queueId its queue
 * @param queueOffset its place in the queue
 * @param reconsumeTimes how many times it was delivered before
 * @param bornTimestamp when it was sent, by the sender's clock, in milliseconds
 * @param storeTimestamp when it was stored, by the broker's clock, in milliseconds
 * @param bornHost address of the sender
 * @param storedBytes how long the stored record was, or -1 if the library does not tell
 */
public record Delivered(
        String topic,
        String messageId,
        String tag,
        String key,
        Map<String, String> properties,
        byte[] body,
        int queueId,
        long queueOffset,
        int reconsumeTimes,
        long bornTimestamp,
        long storeTimestamp,
        String bornHost,
        int storedBytes) {
    /** Id, queue and offset in one, to compare with {@link Sent#place()}. */
    public String place() {
        return messageId + " in queue " + queueId + " at " + queueOffset;
    }

    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
