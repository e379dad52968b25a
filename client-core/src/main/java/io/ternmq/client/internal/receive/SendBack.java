package io.ternmq.client.internal.receive;

import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SendBackHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import java.util.concurrent.CompletableFuture;

/** Gives failed messages back to their broker, which delivers them again later or makes them dead letters. */
final class SendBack {

    /** How often a message is tried again if nobody has set a limit. */
    private static final int USUAL_LIMIT = 16;

    private final ClientInstance client;
    private final String group;
    private final int maxReconsumeTimes;

    /**
     * Creates it.
     *
     * @param maxReconsumeTimes how often a message is tried again; negative for the usual limit
     */
    SendBack(ClientInstance client, String group, int maxReconsumeTimes) {
        this.client = client;
        this.group = group;
        this.maxReconsumeTimes = maxReconsumeTimes < 0 ? USUAL_LIMIT : maxReconsumeTimes;
    }

    /** Gives a message back. The future fails if the broker does not take it. */
    CompletableFuture<?> send(MessageQueue queue, StoredMessage message, RetryDelay delay) {
        Route route = client.routes().known(queue.topic());
        String address = route == null ? null : route.masterAddress(queue.brokerName());
        if (address == null) {
            return CompletableFuture.failedFuture(
                    new MQClientException("the broker of a queue has no master now: queue=" + queue));
        }
        SendBackHeader header = new SendBackHeader(
                message.commitLogOffset(),
                group,
                delay.level(),
                MessageProperties.get(message.properties(), PropertyNames.UNIQ_KEY),
                MessageCodec.originalTopic(message),
                maxReconsumeTimes,
                delay.millis());
        return client.connections()
                .request(address, RequestCode.CONSUMER_SEND_MSG_BACK, header.encode())
                .thenAccept(reply -> {
                    if (!reply.is(ResponseCode.SUCCESS)) {
                        throw new MQClientException(
                                reply.code(), "the broker does not take a failed message back: " + reply.describe());
                    }
                });
    }
}
