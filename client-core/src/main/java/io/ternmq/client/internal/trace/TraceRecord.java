package io.ternmq.client.internal.trace;

/** One thing that a client tells about a message. Texts that are not known are empty. */
public sealed interface TraceRecord {

    /** The unique id of the message. */
    String messageId();

    /** The message's own keys, separated by blanks. */
    String keys();

    /** What kind of message was sent. */
    enum MessageKind {
        NORMAL,
        TRANSACTION_HALF,
        TRANSACTION_COMMIT,
        DELAY,
        ORDER
    }

    /** How a listener has come to an end; the order is that of the codes. */
    enum Outcome {
        SUCCESS,
        TIME_OUT,
        EXCEPTION,
        RETURNNULL,
        FAILED
    }

    /**
     * A message was sent, or could not be.
     *
     * @param timestamp when the send began, epoch milliseconds
     * @param storeHost the broker
     * @param clientHost the sender
     */
    record Sent(
            long timestamp,
            String region,
            String group,
            String topic,
            String messageId,
            String tags,
            String keys,
            String storeHost,
            int bodyLength,
            int costMillis,
            MessageKind kind,
            String offsetMessageId,
            boolean success,
            String clientHost)
            implements TraceRecord {}

    /**
     * A listener was given a message.
     *
     * @param timestamp when, epoch milliseconds
     * @param requestId which call of the listener it was
     * @param retryTimes how often it was delivered before
     */
    record Delivered(
            long timestamp,
            String region,
            String group,
            String requestId,
            String messageId,
            int retryTimes,
            String keys)
            implements TraceRecord {}

    /**
     * A listener has come to an end with a message.
     *
     * @param timestamp when, epoch milliseconds; 0 if not told
     * @param group empty if not told
     */
    record Consumed(
            String requestId,
            String messageId,
            int costMillis,
            boolean success,
            String keys,
            Outcome outcome,
            long timestamp,
            String group)
            implements TraceRecord {}

    /**
     * A producer has told how a local transaction has ended.
     *
     * @param state COMMIT_MESSAGE, ROLLBACK_MESSAGE or UNKNOW
     * @param fromCheck whether the broker has asked
     */
    record TransactionEnded(
            long timestamp,
            String region,
            String group,
            String topic,
            String messageId,
            String tags,
            String keys,
            String storeHost,
            MessageKind kind,
            String transactionId,
            String state,
            boolean fromCheck)
            implements TraceRecord {}

    /** A timed message was called back. */
    record Recalled(long timestamp, String region, String group, String topic, String messageId, boolean success)
            implements TraceRecord {
        @Override
        public String keys() {
            return "";
        }
    }
}
