package io.ternmq.client;

/** Learns the outcome of an asynchronous send: exactly one of the two methods is called, once. */
public interface SendCallback {

    /** The broker has stored the message. */
    void onSuccess(SendResult sendResult);

    /** The message could not be sent, or nobody knows whether it was stored. */
    void onException(OnExceptionContext context);
}
