package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/**
 * Why a try to send has failed; told to the sender if there is no better one in time. Immutable.
 *
 * @param code the broker's response code, or {@link MQClientException#NO_RESPONSE}
 * @param reason what happened, the facts, and the way out
 */
record Setback(int code, String reason, @Nullable Throwable cause) {

    /** The broker has said no. */
    static Setback refused(String broker, String address, Reply reply) {
        return new Setback(
                reply.code(),
                "broker=" + broker + ", address=" + address + ", " + reply.describe() + remedy(reply.code()),
                null);
    }

    /** There was no answer. */
    static Setback unanswered(String broker, boolean notSent, Throwable reason) {
        return new Setback(
                MQClientException.NO_RESPONSE,
                "broker=" + broker + ", reason=" + reason.getMessage()
                        + (notSent ? "; check that the broker is running" : "; it may have been stored all the same"),
                reason);
    }

    private static String remedy(int number) {
        ResponseCode code = ResponseCode.of(number);
        if (code == null) {
            return "";
        }
        return switch (code) {
            case TOPIC_NOT_EXIST -> "; create the topic, or let brokers create topics on the first send";
            case NO_PERMISSION -> "; check the permission of topic and user";
            case SERVICE_NOT_AVAILABLE -> "; the broker takes no messages now, its disk may be full";
            case SYSTEM_BUSY -> "; the broker is overloaded, send more slowly";
            case MESSAGE_ILLEGAL -> "; check size, properties and delivery time of the message";
            default -> "";
        };
    }
}
