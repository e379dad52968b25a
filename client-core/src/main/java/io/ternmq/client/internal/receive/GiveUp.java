package io.ternmq.client.internal.receive;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Ends the tries of a message: it is sent, as it is and with the reason, to the group's retry topic with more tries than
 * allowed, which makes brokers put it to the group's dead letters.
 */
final class GiveUp {

    private static final String INNER_PRODUCER = "CLIENT_INNER_PRODUCER";

    private final ClientInstance client;
    private final String group;
    private final int limit;

    /**
     * Creates it.
     *
     * @param limit how often a message is tried again; negative: without end
     */
    GiveUp(ClientInstance client, String group, int limit) {
        this.client = client;
        this.group = group;
        this.limit = limit;
    }

    /** Whether a message that has failed now has had all its tries. */
    boolean isDue(Message message) {
        return limit >= 0 && message.getReconsumeTimes() >= limit;
    }

    /**
     * Sends a message to the dead letters. The future fails if the broker does not take it.
     *
     * @param topic the topic that it was sent to
     * @param failures how often it has failed before
     * @param reason why it is given up, if the listener has said so
     */
    CompletableFuture<?> send(StoredMessage stored, String topic, int failures, @Nullable String reason) {
        String retryTopic = ResourceNames.retryTopic(group);
        return client.routes()
                .forReceiving(retryTopic)
                .thenCompose(route -> send(route, stored, topic, failures, reason));
    }

    private CompletableFuture<?> send(
            Route route, StoredMessage stored, String topic, int failures, @Nullable String reason) {
        if (route.writeQueues().isEmpty()) {
            throw new MQClientException("the retry topic has no queue to send to now: topic=" + route.topic());
        }
        MessageQueue queue = route.writeQueues()
                .get(ThreadLocalRandom.current().nextInt(route.writeQueues().size()));
        String address = route.masterAddress(queue.brokerName());
        if (address == null) {
            throw new MQClientException("the broker of the retry topic has no master now: queue=" + queue);
        }
        int times = failures + 1;
        SendHeader header = new SendHeader(
                INNER_PRODUCER,
                queue.topic(),
                TopicRoutes.TEMPLATE_TOPIC,
                TopicRoutes.DEFAULT_QUEUES,
                queue.queueId(),
                stored.sysFlag(),
                stored.bornTimestamp(),
                stored.flag(),
                properties(stored, topic, times, reason),
                times,
                failures,
                false);
        return client.connections()
                .request(
                        address,
                        RequestCode.SEND_MESSAGE_V2,
                        header.encode(),
                        Unpooled.wrappedBuffer(stored.body()),
                        client.connections().requestTimeoutNanos())
                .thenAccept(reply -> {
                    if (!reply.is(ResponseCode.SUCCESS)) {
                        throw new MQClientException(
                                reply.code(), "the broker does not take a dead letter: " + reply.describe());
                    }
                });
    }

    private static String properties(StoredMessage stored, String topic, int times, @Nullable String reason) {
        Map<String, String> properties = new LinkedHashMap<>(MessageProperties.decode(stored.properties()));
        // It has been delivered; a dead letter is there at once.
        properties.remove(PropertyNames.DELAY);
        properties.putIfAbsent(PropertyNames.RETRY_TOPIC, topic);
        String id = properties.get(PropertyNames.UNIQ_KEY);
        properties.putIfAbsent(
                PropertyNames.ORIGIN_MESSAGE_ID,
                id != null ? id : new OffsetMessageId(stored.storeHost(), stored.commitLogOffset()).toString());
        properties.put(PropertyNames.RECONSUME_TIME, Integer.toString(times));
        properties.put(PropertyNames.MAX_RECONSUME_TIMES, Integer.toString(times - 1));
        return withReason(properties, reason);
    }

    /** A message that has no room for the reason keeps what it has: better a letter without a reason than none. */
    private static String withReason(Map<String, String> properties, @Nullable String reason) {
        String plain = MessageProperties.encode(properties);
        if (reason == null || reason.isEmpty()) {
            return plain;
        }
        properties.put(PropertyNames.DLQ_REASON, reason);
        String complete = MessageProperties.encode(properties);
        return complete.getBytes(StandardCharsets.UTF_8).length > MessageProperties.MAX_BYTES ? plain : complete;
    }
}
