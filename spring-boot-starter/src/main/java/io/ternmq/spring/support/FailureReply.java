package io.ternmq.spring.support;

import io.ternmq.client.Message;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * For the starter's own packages; no part of its API. The reply to a request whose listener has failed: the exception's class name in the user property {@value #PROPERTY}, its text as body (the class name again if it has none). To a requester that
 * does not know it, it is a reply like any other.
 */
public final class FailureReply {

    /** The user property with the exception's class name, by which such a reply is known. */
    public static final String PROPERTY = "replyException";

    private static final int LONGEST_TEXT = 10_000;

    private FailureReply() {}

    /** The reply; its topic is set when it is sent. */
    public static Message of(Message request, Throwable failure) {
        String message = failure.getMessage();
        // A body may not be empty.
        String text = message == null || message.isEmpty() ? failure.getClass().getName() : message;
        Message reply = new Message(
                request.getTopic(),
                "",
                text.substring(0, Math.min(text.length(), LONGEST_TEXT)).getBytes(StandardCharsets.UTF_8));
        reply.putUserProperties(PROPERTY, failure.getClass().getName());
        return reply;
    }

    /** The class name of the exception that a reply tells of; {@code null} if it is the reply that was asked for. */
    public static @Nullable String typeOf(Message reply) {
        return reply.getUserProperties(PROPERTY);
    }

    /** The text of the exception; its class name if it has none. */
    public static String textOf(Message reply) {
        return new String(reply.getBody(), StandardCharsets.UTF_8);
    }
}
