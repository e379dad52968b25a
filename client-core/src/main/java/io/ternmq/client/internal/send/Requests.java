package io.ternmq.client.internal.send;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.SendResult;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.send.Packer.Extras;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.PushReplyHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests and their replies. A request is a message that says who has sent it; its consumer sends the reply to the broker, which hands it over
 * to that client's connection. Nothing of it survives a restart: whoever gets no reply in time asks again.
 */
final class Requests {

    private static final String REPLY = "reply";
    private static final String REPLY_TOPIC_SUFFIX = "_REPLY_TOPIC";

    private final ClientInstance client;
    private final Sender sender;

    Requests(ClientInstance client, Sender sender) {
        this.client = client;
        this.sender = sender;
    }

    /**
     * Sends a request.
     *
     * @return the reply, or an {@link MQClientException} if the request cannot be sent or nobody replies in time
     */
    CompletableFuture<Message> request(Message message, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new MQClientException("illegal value: timeout=" + timeout + "; it must be longer than zero");
        }
        String correlationId = UUID.randomUUID().toString();
        CompletableFuture<Message> reply = new CompletableFuture<>();
        client.replies().expect(correlationId, push -> receive(push, reply));
        ScheduledFuture<?> expiry = client.runtime()
                .later(
                        timeout.toNanos(),
                        TimeUnit.NANOSECONDS,
                        () -> reply.completeExceptionally(new MQClientException(
                                "no reply has come in time: topic=" + message.getTopic() + ", messageId="
                                        + message.getMsgID() + ", waited=" + timeout.toMillis()
                                        + " ms; check that a consumer of the topic replies")));
        CompletableFuture<?> unused = reply.whenComplete((received, error) -> {
            client.replies().forget(correlationId);
            expiry.cancel(false);
        });
        Map<String, String> properties = Map.of(
                PropertyNames.CORRELATION_ID, correlationId,
                PropertyNames.REPLY_TO_CLIENT, client.clientId(),
                PropertyNames.TTL, Long.toString(timeout.toMillis()));
        try {
            // Not every broker names its cluster in the messages of a batch, and without it nobody can reply.
            sender.send(message, Extras.alone(properties), new Outcome() {
                @Override
                public void stored(SendResult result) {
                    // Now it is the replier's turn.
                }

                @Override
                public void failed(MQClientException reason) {
                    reply.completeExceptionally(reason);
                }
            });
        } catch (RuntimeException e) {
            reply.completeExceptionally(e);
            throw e;
        }
        return reply;
    }

    private static void receive(Command push, CompletableFuture<Message> reply) {
        try {
            reply.complete(message(push));
        } catch (CommandException | RuntimeException e) {
            reply.completeExceptionally(new MQClientException("the reply cannot be read: " + e.getMessage(), e));
        }
    }

    private static Message message(Command push) throws CommandException {
        PushReplyHeader header = PushReplyHeader.decode(push.fields());
        SendHeader sent = header.reply();
        StoredMessage stored = new StoredMessage(
                sent.topic(),
                sent.queueId(),
                sent.flag(),
                0,
                0,
                sent.sysFlag(),
                sent.bornTimestamp(),
                address(header.bornHost()),
                header.storeTimestamp(),
                address(header.storeHost()),
                sent.reconsumeTimes(),
                0,
                ByteBufUtil.getBytes(push.body()),
                sent.properties());
        return MessageCodec.message(stored, new MessageQueue(sent.topic(), "", sent.queueId()));
    }

    /** Reads {@code host:port}; of a name, which is not looked up, the port alone. */
    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(text.indexOf('/') + 1, Math.max(0, colon));
            int port = Integer.parseInt(text.substring(colon + 1));
            return new InetSocketAddress(
                    host.matches("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*")
                            ? InetAddress.getByName(host)
                            : InetAddress.getLoopbackAddress(),
                    port);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | java.net.UnknownHostException e) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }
    }

    /**
     * Sends a reply to whoever has sent a request.
     *
     * @throws MQClientException with code 13 if the message was not sent as a request
     */
    void reply(Message request, Message reply, Outcome outcome) {
        Map<String, String> asked = request.getSystemProperties();
        String cluster = asked.get(PropertyNames.CLUSTER);
        String correlationId = asked.get(PropertyNames.CORRELATION_ID);
        String requester = asked.get(PropertyNames.REPLY_TO_CLIENT);
        if (cluster == null || correlationId == null || requester == null) {
            throw new MQClientException(
                    ResponseCode.MESSAGE_ILLEGAL.number(),
                    "nobody waits for a reply to this message, it was not sent as a request: topic="
                            + request.getTopic() + ", messageId=" + request.getMsgID());
        }
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(PropertyNames.MSG_TYPE, REPLY);
        properties.put(PropertyNames.CORRELATION_ID, correlationId);
        properties.put(PropertyNames.REPLY_TO_CLIENT, requester);
        String ttl = asked.get(PropertyNames.TTL);
        if (ttl != null) {
            properties.put(PropertyNames.TTL, ttl);
        }
        reply.setTopic(cluster + REPLY_TOPIC_SUFFIX);
        // The requester is connected to the broker that has the request; of another one nobody knows.
        String broker = request.getTopicPartition() == null
                ? ""
                : request.getTopicPartition().brokerName();
        sender.sendTo(broker, reply, new Extras(properties, 0, true, RequestCode.SEND_REPLY_MESSAGE_V2), outcome);
    }
}
