package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.RescheduleResult;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.RecallHeader;
import io.ternmq.protocol.message.RecallHandle;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Asks the broker that has a waiting message to give it up, or to deliver it at another time. */
final class Recalls {

    private final ClientInstance client;
    private final String group;

    Recalls(ClientInstance client, String group) {
        this.client = client;
        this.group = group;
    }

    /** Takes a message back. The future fails if the broker cannot say what became of it. */
    CompletableFuture<RecallOutcome> recall(String topic, String text) {
        RecallHandle handle = parse(topic, text);
        return request(handle, new RecallHeader(group, topic, text, null)).thenApply(reply -> {
            if (reply.is(ResponseCode.SUCCESS)) {
                return RecallOutcome.CANCELLED;
            }
            if (reply.is(ResponseCode.ILLEGAL_OPERATION)) {
                return RecallOutcome.ALREADY_DELIVERED;
            }
            if (reply.is(ResponseCode.QUERY_NOT_FOUND)) {
                return RecallOutcome.UNKNOWN;
            }
            throw refused("the broker does not take the message back", handle, reply);
        });
    }

    /** Moves a message to another time. The future fails if the broker cannot do that, or not say what became of it. */
    CompletableFuture<RescheduleResult> reschedule(String topic, String text, Instant deliverAt) {
        RecallHandle handle = parse(topic, text);
        // In a form that a genuine broker refuses: it would not see the time, and cancel the message.
        RecallHeader header = new RecallHeader(group, topic, handle.encodeToMove(), deliverAt.toEpochMilli());
        return request(handle, header).thenApply(reply -> {
            Fields fields = reply.fields();
            if (reply.is(ResponseCode.SUCCESS) && fields.get(RecallHeader.HANDLE) != null) {
                return new RescheduleResult(RescheduleResult.Outcome.RESCHEDULED, fields.get(RecallHeader.HANDLE));
            }
            if (reply.is(ResponseCode.ILLEGAL_OPERATION) && fields.get(RecallHeader.MESSAGE_ID) != null) {
                return new RescheduleResult(RescheduleResult.Outcome.ALREADY_DELIVERED, null);
            }
            if (reply.is(ResponseCode.QUERY_NOT_FOUND)) {
                return new RescheduleResult(RescheduleResult.Outcome.UNKNOWN, null);
            }
            if (reply.is(ResponseCode.ILLEGAL_OPERATION) || reply.is(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)) {
                throw refused(
                        "the broker cannot deliver a waiting message at another time; take it back and send it again",
                        handle,
                        reply);
            }
            throw refused("the broker does not deliver the message at another time", handle, reply);
        });
    }

    private static RecallHandle parse(String topic, String text) {
        RecallHandle handle = RecallHandle.parse(text);
        if (handle == null || !handle.topic().equals(topic)) {
            throw new MQClientException(
                    ResponseCode.INVALID_PARAMETER.number(),
                    "this is no recall handle of the topic: topic=" + topic + ", recallHandle=" + text
                            + "; use SendResult.getRecallHandle() of the send");
        }
        return handle;
    }

    private CompletableFuture<Reply> request(RecallHandle handle, RecallHeader header) {
        return client.routes().forSending(handle.topic()).thenCompose(route -> {
            String address = route.masterAddress(handle.brokerName());
            if (address == null) {
                throw new MQClientException("the broker that has the message has no master now: topic=" + handle.topic()
                        + ", broker=" + handle.brokerName() + "; try again when it is back");
            }
            return client.connections().request(address, RequestCode.RECALL_MESSAGE, header.encode());
        });
    }

    private static MQClientException refused(String what, RecallHandle handle, Reply reply) {
        return new MQClientException(
                reply.code(),
                what + ": topic=" + handle.topic() + ", messageId=" + handle.uniqueKey() + ", broker="
                        + handle.brokerName() + ", " + reply.describe());
    }
}
