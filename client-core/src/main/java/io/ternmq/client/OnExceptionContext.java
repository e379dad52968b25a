package io.ternmq.client;

import java.util.Objects;

/** What went wrong with which message of an asynchronous send. Immutable. */
public final class OnExceptionContext {

    private final String messageId;
    private final String topic;
    private final MQClientException exception;

    public OnExceptionContext(String messageId, String topic, MQClientException exception) {
        this.messageId = Objects.requireNonNull(messageId, "messageId");
        this.topic = Objects.requireNonNull(topic, "topic");
        this.exception = Objects.requireNonNull(exception, "exception");
    }

    /** The id that the message would have had. */
    public String getMessageId() {
        return messageId;
    }

    public String getTopic() {
        return topic;
    }

    public MQClientException getException() {
        return exception;
    }

    @Override
    public String toString() {
        return "OnExceptionContext[messageId=" + messageId + ", topic=" + topic + ", exception=" + exception + "]";
    }
}
