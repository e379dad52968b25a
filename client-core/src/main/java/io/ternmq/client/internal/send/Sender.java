package io.ternmq.client.internal.send;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.ternmq.client.Compression;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.internal.codec.BodyCompression;
import io.ternmq.client.internal.codec.HalfMark;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.frame.FrameEncoder;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.SysFlag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Packs messages into parcels and sends these, within the bounds of what may be in flight. */
final class Sender {

    private static final Logger LOGGER = LoggerFactory.getLogger(Sender.class);

    /** Brokers read these from the header of a batch: acknowledge when stored. */
    private static final String BATCH_PROPERTIES = MessageProperties.encode(Map.of(PropertyNames.WAIT, "true"));

    private final ProducerConfig config;
    private final ClientInstance client;
    private final BrokerHealth health = new BrokerHealth();
    private final QueueChooser chooser = new QueueChooser(health);
    private final InFlight inFlight;

    Sender(ProducerConfig config, ClientInstance client) {
        this.config = config;
        this.client = client;
        this.inFlight = new InFlight(config);
        warmUp();
    }

    /** Loads what the first send would otherwise wait for. Nothing leaves the JVM. */
    private void warmUp() {
        Message message = new Message("warm-up", "", new byte[1]);
        Parcel parcel = pack(message);
        Command request = Command.request(
                RequestCode.SEND_MESSAGE_V2,
                0,
                parcel.header(config.groupId(), 0),
                Unpooled.wrappedBuffer(parcel.body()),
                HeaderFormat.BINARY);
        FrameEncoder.encode(request, UnpooledByteBufAllocator.DEFAULT).release();
    }

    /**
     * Sends one message.
     *
     * @throws MQClientException if it is illegal or there is no room; what happens later is in the future
     */
    CompletableFuture<Delivery> send(Message message) {
        return send(pack(message));
    }

    /**
     * Sends one message as a half message.
     *
     * @throws MQClientException if it is illegal or there is no room; what happens later is in the future
     */
    CompletableFuture<Delivery> sendHalf(Message message, HalfMark mark) {
        return send(pack(message, mark));
    }

    /**
     * Sends several messages in one parcel.
     *
     * @throws MQClientException if they are illegal or there is no room; what happens later is in the future
     */
    CompletableFuture<Delivery> send(Collection<Message> messages) {
        return send(pack(messages));
    }

    private CompletableFuture<Delivery> send(Parcel parcel) {
        long start = System.nanoTime();
        long timeout = config.sendTimeout().toNanos();
        int permits = inFlight.enter(parcel.body().length, !client.runtime().isOwnThread(), timeout);
        return new SendTask(
                        client, chooser, health, config.groupId(), parcel, config.retries() + 1, start, start + timeout)
                .start()
                .whenComplete((delivery, error) -> inFlight.leave(permits));
    }

    /** Sends one message without an answer. */
    void sendOneway(Message message) {
        Parcel parcel = pack(message);
        int permits = inFlight.enter(
                parcel.body().length,
                !client.runtime().isOwnThread(),
                config.sendTimeout().toNanos());
        CompletableFuture<?> unused = client.routes()
                .forSending(parcel.topic())
                .thenCompose(route -> sendOneway(route, parcel))
                .whenComplete((written, error) -> {
                    inFlight.leave(permits);
                    if (error != null) {
                        LOGGER.warn(
                                "a oneway message was not sent: topic={}, messageId={}, reason={}",
                                parcel.topic(),
                                parcel.messageIds().get(0),
                                error.toString());
                    }
                });
    }

    private CompletableFuture<?> sendOneway(Route route, Parcel parcel) {
        MessageQueue queue = chooser.choose(route, null);
        String address = queue == null ? null : route.masterAddress(queue.brokerName());
        if (queue == null || address == null) {
            throw new MQClientException("the topic has no queue that can be written to: topic=" + parcel.topic());
        }
        return client.connections()
                .oneway(
                        address,
                        RequestCode.SEND_MESSAGE_V2,
                        parcel.header(config.groupId(), queue.queueId()),
                        Unpooled.wrappedBuffer(parcel.body()));
    }

    private Parcel pack(Message message) {
        return pack(message, null);
    }

    private Parcel pack(Message message, @Nullable HalfMark half) {
        MessageCodec.check(message, config.maxMessageBytes());
        sign(message);
        String properties = MessageCodec.properties(message, half);
        byte[] body = message.getBody();
        int sysFlag = half == null ? 0 : SysFlag.TRANSACTION_PREPARED;
        if (config.compression() != Compression.NONE && body.length >= config.compressOverBytes()) {
            byte[] smaller = BodyCompression.compress(config.compression(), body);
            if (smaller.length < body.length) {
                body = smaller;
                sysFlag |= BodyCompression.flag(config.compression());
            }
        }
        return new Parcel(
                message.getTopic(),
                false,
                properties,
                sysFlag,
                body,
                message.getBornTimestamp(),
                List.of(message.getMsgID() == null ? "" : message.getMsgID()));
    }

    /** Gives a message what it must have before it travels. */
    private void sign(Message message) {
        if (message.getMsgID() == null) {
            message.setMsgID(client.uniqueIds().next());
        }
        message.setBornTimestamp(System.currentTimeMillis());
    }

    private Parcel pack(Collection<Message> messages) {
        List<BatchBody.Item> items = new ArrayList<>(messages.size());
        List<String> ids = new ArrayList<>(messages.size());
        String topic = null;
        long bytes = 0;
        for (Message message : messages) {
            MessageCodec.check(message, config.maxMessageBytes());
            if (topic != null && !topic.equals(message.getTopic())) {
                throw illegalBatch("it has messages of several topics: " + topic + ", " + message.getTopic());
            }
            topic = message.getTopic();
            if (message.getStartDeliverTime() > 0) {
                throw illegalBatch("it has a timed message: topic=" + topic);
            }
            sign(message);
            BatchBody.Item item = new BatchBody.Item(0, message.getBody(), MessageCodec.properties(message));
            bytes += item.encodedSize();
            items.add(item);
            ids.add(String.valueOf(message.getMsgID()));
        }
        if (topic == null) {
            throw illegalBatch("it is empty");
        }
        if (ResourceNames.isRetryTopic(topic)) {
            throw illegalBatch("it goes to a retry topic: topic=" + topic);
        }
        if (bytes > config.maxMessageBytes()) {
            throw illegalBatch(
                    "it is too large: topic=" + topic + ", bytes=" + bytes + ", most=" + config.maxMessageBytes());
        }
        return new Parcel(topic, true, BATCH_PROPERTIES, 0, BatchBody.encode(items), System.currentTimeMillis(), ids);
    }

    private static MQClientException illegalBatch(String reason) {
        return new MQClientException(
                ResponseCode.MESSAGE_ILLEGAL.number(),
                "the batch cannot be sent: " + reason + "; send the messages one by one, or in smaller batches");
    }

    /** Waits until nothing is in flight: sends end by themselves, at the latest when their time is over. */
    boolean awaitIdle() {
        return inFlight.awaitIdle(config.sendTimeout().toNanos());
    }
}
