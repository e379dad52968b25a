package io.ternmq.client.internal.receive;

import io.ternmq.client.Message;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.group.Operable;
import io.ternmq.protocol.ProtocolVersion;
import io.ternmq.protocol.body.ConsumeDirectlyResult;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.ConsumerRunningInfo.QueueState;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What operators may ask of a consumer while it runs. */
final class Operations implements Operable {

    private final Map<String, String> settings;
    private final ConsumerData description;
    private final boolean ordered;
    private final Rebalancer rebalancer;
    private final ConsumeRates rates;
    private final Predicate<MessageQueue> locked;
    private final Function<Message, @Nullable Attempt> listeners;

    /**
     * Creates it.
     *
     * @param settings what it is told about besides what all consumers have in common, by the names of the wire where there are some
     * @param locked whether a queue's lock is held
     * @param listeners hands a message to the listener of its topic; {@code null} if there is none
     */
    Operations(
            Map<String, String> settings,
            ConsumerData description,
            boolean ordered,
            Rebalancer rebalancer,
            ConsumeRates rates,
            Predicate<MessageQueue> locked,
            Function<Message, @Nullable Attempt> listeners) {
        this.settings = settings;
        this.description = description;
        this.ordered = ordered;
        this.rebalancer = rebalancer;
        this.rates = rates;
        this.locked = locked;
        this.listeners = listeners;
    }

    @Override
    public ConsumerRunningInfo runningInfo() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(ConsumerRunningInfo.CONSUME_TYPE, description.consumeType());
        properties.put(ConsumerRunningInfo.CLIENT_VERSION, ProtocolVersion.describe(ProtocolVersion.CURRENT));
        properties.put(ConsumerRunningInfo.ORDERLY, Boolean.toString(ordered));
        properties.put("messageModel", description.messageModel());
        properties.putAll(settings);
        Map<MessageQueue, QueueState> queues = new HashMap<>();
        for (ProcessQueue queue : rebalancer.queues()) {
            queues.put(queue.queue(), queue.state(locked.test(queue.queue())));
        }
        return new ConsumerRunningInfo(properties, description.subscriptionDataSet(), queues, rates.rates(), null);
    }

    @Override
    public ConsumeDirectlyResult consumeNow(StoredMessage stored, String brokerName) {
        MessageQueue queue = new MessageQueue(stored.topic(), brokerName, stored.queueId());
        Message message = MessageCodec.message(stored, queue);
        String origin = ResourceNames.isDeadLetterTopic(stored.topic())
                ? MessageProperties.get(stored.properties(), PropertyNames.RETRY_TOPIC)
                : null;
        if (origin != null) {
            message.setTopic(origin);
        }
        long start = System.nanoTime();
        Attempt attempt = listeners.apply(message);
        long spent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        if (attempt == null) {
            attempt = new Attempt(
                    ConsumeDirectlyResult.LATER, "the consumer has no listener: topic=" + message.getTopic());
        }
        return new ConsumeDirectlyResult(ordered, true, attempt.result(), attempt.remark(), spent);
    }

    @Override
    public Map<MessageQueue, Long> positions(String topic) {
        Map<MessageQueue, Long> positions = new HashMap<>();
        for (ProcessQueue queue : rebalancer.queues()) {
            if (queue.queue().topic().equals(topic)) {
                positions.put(queue.queue(), queue.commitOffset());
            }
        }
        return positions;
    }

    @Override
    public void moveTo(Map<MessageQueue, Long> offsets) {
        for (ProcessQueue queue : rebalancer.queues()) {
            Long offset = offsets.get(queue.queue());
            if (offset != null) {
                rebalancer.movedTo(queue, offset);
            }
        }
    }
}
