package io.ternmq.client.internal.send;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.QueueSelector;
import io.ternmq.client.SendResult;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.client.internal.send.Packer.Extras;
import io.ternmq.client.internal.send.Parcel.Contents;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.frame.FrameEncoder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends messages, within the bounds of what may be in flight, each topic in a lane of its own. */
final class Sender implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Sender.class);

    private static final long EXPIRY_CHECK_MILLIS = 50;
    private static final SendTask.Rules ANYWHERE = new SendTask.Rules(false, false);

    private final ProducerConfig config;
    private final ClientInstance client;
    private final Packer packer;
    private final QueueChooser chooser;
    private final InFlight inFlight;
    private final SendTask.Setting setting;
    private final Lane.Limits limits;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final OrderedQueues orderedQueues = new OrderedQueues();
    private final Map<MessageQueue, Lane> orderedLanes = new ConcurrentHashMap<>();
    private final ScheduledFuture<?> expiry;

    Sender(ProducerConfig config, ClientInstance client) {
        this.config = config;
        this.client = client;
        this.packer = new Packer(config, client.uniqueIds());
        this.chooser = new QueueChooser(new BrokerHealth(System::nanoTime));
        this.inFlight = new InFlight(config);
        this.setting = new SendTask.Setting(
                client,
                config.groupId(),
                chooser,
                inFlight,
                new SendTrace(client.tracer(), config.groupId()),
                config.retries() + 1);
        this.limits = new Lane.Limits(
                config.gathering().maxMessages(), Math.min(config.gathering().maxBytes(), config.maxMessageBytes()));
        this.expiry = client.runtime().every(EXPIRY_CHECK_MILLIS, TimeUnit.MILLISECONDS, this::expire);
        warmUp();
    }

    /** Loads what the first send would otherwise wait for. Nothing leaves the JVM. */
    private void warmUp() {
        Contents contents = packer.pack(new Message("warm-up", "", new byte[1]), Extras.NONE);
        SendRequest request = SendRequest.single(config.groupId(), 0, contents);
        Command command = Command.request(request.code(), 0, request.fields(), request.body(), HeaderFormat.BINARY);
        FrameEncoder.encode(command, UnpooledByteBufAllocator.DEFAULT).release();
    }

    /**
     * Sends one message, to the queue of its sharding key if it has one.
     *
     * @param outcome told what happens later
     * @throws MQClientException if the message is illegal or there is no room; then the outcome is not told
     */
    void send(Message message, Extras extras, Outcome outcome) {
        String shardingKey = message.getShardingKey();
        if (shardingKey != null && !shardingKey.isBlank() && extras.equals(Extras.NONE)) {
            sendOrdered(message, shardingKey, outcome);
            return;
        }
        Contents contents = packer.pack(message, extras);
        Parcel parcel = parcel(contents, outcome);
        Lane lane = lanes.get(contents.topic());
        if (lane == null) {
            lane = lanes.computeIfAbsent(
                    contents.topic(), topic -> new Lane(setting, topic, limits, chooser::chooseFree, false));
        }
        lane.add(parcel);
    }

    /**
     * Sends one message to the queue of its sharding key, and to no other.
     *
     * @throws MQClientException as {@link #send(Message, Extras, Outcome)}; also if the topic has no queues
     */
    void sendOrdered(Message message, String shardingKey, Outcome outcome) {
        if (shardingKey == null || shardingKey.isBlank()) {
            throw new MQClientException(
                    ResponseCode.MESSAGE_ILLEGAL.number(),
                    "an ordered message has no sharding key: topic=" + message.getTopic()
                            + "; give the key whose messages are to stay in order");
        }
        message.setShardingKey(shardingKey);
        Contents contents = packer.pack(message, Extras.NONE);
        MessageQueue queue = orderedQueues.of(awaitRoute(contents.topic()), shardingKey);
        if (queue == null) {
            throw SendTask.noQueue(contents.topic());
        }
        sendInOrder(queue, contents, outcome);
    }

    /**
     * Sends one message to the queue that a selector chooses, and to no other.
     *
     * @throws MQClientException as {@link #send(Message, Extras, Outcome)}; also if the topic has no queues, or not the one that is chosen
     */
    void sendChosen(Message message, QueueSelector selector, Outcome outcome) {
        Contents contents = packer.pack(message, Extras.NONE);
        List<MessageQueue> queues = orderedQueues.all(awaitRoute(contents.topic()));
        if (queues.isEmpty()) {
            throw SendTask.noQueue(contents.topic());
        }
        sendInOrder(chosen(queues, message, selector), contents, outcome);
    }

    private static MessageQueue chosen(List<MessageQueue> queues, Message message, QueueSelector selector) {
        List<TopicPartition> offered = queues.stream()
                .map(queue -> new TopicPartition(queue.topic(), queue.brokerName(), queue.queueId()))
                .toList();
        TopicPartition selected;
        try {
            selected = selector.select(offered, message);
        } catch (MQClientException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new MQClientException("the queue of a message cannot be chosen: topic=" + message.getTopic(), e);
        }
        int index = offered.indexOf(selected);
        if (index < 0) {
            throw new MQClientException(
                    ResponseCode.MESSAGE_ILLEGAL.number(),
                    "the chosen queue is none of the topic: queue=" + selected + ", queues=" + offered);
        }
        return queues.get(index);
    }

    private void sendInOrder(MessageQueue queue, Contents contents, Outcome outcome) {
        Parcel parcel = parcel(contents, outcome);
        orderedLanes
                .computeIfAbsent(
                        queue,
                        fixed -> new Lane(
                                setting,
                                fixed.topic(),
                                limits,
                                (route, isFree) -> isFree.test(fixed.brokerName()) ? fixed : null,
                                true))
                .add(parcel);
    }

    /** The route of a topic; waits for it if it is not known yet, since without it nobody can tell the queue. */
    private Route awaitRoute(String topic) {
        Route known = client.routes().known(topic);
        if (known != null) {
            return known;
        }
        if (client.runtime().isOwnThread()) {
            throw new MQClientException(
                    "the queues of a topic are not known yet, and a callback of the client cannot wait"
                            + " for them: topic=" + topic + "; send the first message to a topic on another thread");
        }
        return client.await(client.routes().forSending(topic), "the name server does not answer");
    }

    /**
     * Sends one message to a certain broker if it has the topic, else to any.
     *
     * @throws MQClientException as {@link #send(Message, Extras, Outcome)}
     */
    void sendTo(String brokerName, Message message, Extras extras, Outcome outcome) {
        Parcel parcel = parcel(packer.pack(message, extras), outcome);
        SendTask task = new SendTask(setting, List.of(parcel), ANYWHERE, SendTask.Progress.NONE);
        Route route = client.routes().known(message.getTopic());
        if (route == null) {
            CompletableFuture<?> unused = client.routes()
                    .forSending(message.getTopic())
                    .whenComplete((found, error) -> start(task, found, brokerName));
        } else {
            start(task, route, brokerName);
        }
    }

    /** Without a route the task asks for it itself, and fails if it does not get it. */
    private static void start(SendTask task, @Nullable Route route, String brokerName) {
        if (route != null) {
            for (MessageQueue queue : route.writeQueues()) {
                if (queue.brokerName().equals(brokerName)) {
                    task.start(route, queue);
                    return;
                }
            }
        }
        task.start();
    }

    private Parcel parcel(Contents contents, Outcome outcome) {
        long start = System.nanoTime();
        int room = enter(contents.body().length);
        return new Parcel(contents, room, start, start + config.sendTimeout().toNanos(), outcome);
    }

    private int enter(int bytes) {
        return inFlight.enter(
                bytes, !client.runtime().isOwnThread(), config.sendTimeout().toNanos());
    }

    /**
     * Sends several messages together.
     *
     * @throws MQClientException if they are illegal or there is no room; what happens later is in the future
     */
    CompletableFuture<List<SendResult>> send(Collection<Message> messages) {
        List<Contents> packed = packer.pack(messages);
        long start = System.nanoTime();
        long bytes = packed.stream().mapToLong(Contents::bytesInBatch).sum();
        int room = enter((int) Math.min(Integer.MAX_VALUE, bytes));
        return new Consignment(
                        setting,
                        packed,
                        config.maxMessageBytes(),
                        start,
                        start + config.sendTimeout().toNanos())
                .start()
                .whenComplete((results, error) -> inFlight.leave(1, room));
    }

    /** Sends one message without an answer. */
    void sendOneway(Message message) {
        Contents contents = packer.pack(message, Extras.NONE);
        int room = enter(contents.body().length);
        CompletableFuture<?> unused = client.routes()
                .forSending(contents.topic())
                .thenCompose(route -> sendOneway(route, contents))
                .whenComplete((written, error) -> {
                    inFlight.leave(1, room);
                    if (error != null) {
                        LOGGER.warn(
                                "a oneway message was not sent: topic={}, messageId={}, reason={}",
                                contents.topic(),
                                contents.messageId(),
                                error.toString());
                    }
                });
    }

    private CompletableFuture<?> sendOneway(Route route, Contents contents) {
        MessageQueue queue = chooser.choose(route, null);
        String address = queue == null ? null : route.masterAddress(queue.brokerName());
        if (queue == null || address == null) {
            throw SendTask.noQueue(contents.topic());
        }
        SendRequest request = SendRequest.single(config.groupId(), queue.queueId(), contents);
        return client.connections().oneway(address, request.code(), request.fields(), request.body());
    }

    private void expire() {
        long now = System.nanoTime();
        lanes.values().forEach(lane -> lane.expire(now));
        orderedLanes.values().forEach(lane -> lane.expire(now));
    }

    /** Waits until nothing is in flight: sends end by themselves, at the latest when their time is over. */
    boolean awaitIdle() {
        return inFlight.awaitIdle(config.sendTimeout().toNanos());
    }

    @Override
    public void close() {
        expiry.cancel(false);
    }
}
