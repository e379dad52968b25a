package io.ternmq.interop.client;

/**
 * What a producer was told about one message.
 *
 * @param messageId the id that the sender gave it
 * @param offsetMessageId the id that tells where the broker stored it
 * @param queueId its queue
 * @param queueOffset its place in the queue
 */
public record Sent(String messageId, String offsetMessageId, int queueId, long queueOffset) {
    /** Id, queue and offset in one, to compare with {@link Delivered#place()}. */
    public String place() {
        return messageId + " in queue " + queueId + " at " + queueOffset;
    }
}
