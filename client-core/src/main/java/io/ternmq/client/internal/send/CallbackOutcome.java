package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.OnExceptionContext;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the application back; what its code throws is logged and goes no further. */
record CallbackOutcome(Message message, SendCallback callback) implements Outcome {

    private static final Logger LOGGER = LoggerFactory.getLogger(CallbackOutcome.class);

    @Override
    public void stored(SendResult result) {
        try {
            callback.onSuccess(result);
        } catch (RuntimeException e) {
            logFailure(e);
        }
    }

    @Override
    public void failed(MQClientException reason) {
        try {
            callback.onException(
                    new OnExceptionContext(String.valueOf(message.getMsgID()), message.getTopic(), reason));
        } catch (RuntimeException e) {
            logFailure(e);
        }
    }

    private void logFailure(RuntimeException reason) {
        LOGGER.error("a send callback has failed: messageId={}", message.getMsgID(), reason);
    }
}
