package io.ternmq.client.internal.receive;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.group.Operable;
import io.ternmq.client.internal.group.QueueOffsets;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.MessageQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The consumer that is polled. */
public final class DefaultPullConsumer extends Membership<Polling> implements PullConsumer {

    private final PullConsumerConfig config;
    private final Timing timing;
    private final Wanted wanted;
    private final TopicWatches watches;
    private final AtomicBoolean polling = new AtomicBoolean();

    public DefaultPullConsumer(PullConsumerConfig config, ClientRegistry registry) {
        this(config, registry, Timing.USUAL);
    }

    DefaultPullConsumer(PullConsumerConfig config, ClientRegistry registry, Timing timing) {
        super(config.client(), config.groupId(), registry);
        this.config = config;
        this.timing = timing;
        this.wanted = new Wanted(config.groupId());
        this.watches = new TopicWatches(config.groupId());
    }

    @Override
    Polling open(ClientInstance client) {
        return new Polling(config, client, wanted, timing);
    }

    @Override
    public synchronized void start() {
        super.start();
        watches.begin(requireRunning().client());
    }

    @Override
    public synchronized void shutdown() {
        watches.close();
        super.shutdown();
    }

    @Override
    public void subscribe(String topic, String subExpression) {
        subscribe(topic, MessageSelector.byTag(subExpression));
    }

    @Override
    public synchronized void subscribe(String topic, MessageSelector selector) {
        boolean again = wanted.subscribe(topic, selector);
        changed(again ? Set.of(topic) : Set.of());
    }

    @Override
    public synchronized void unsubscribe(String topic) {
        if (wanted.unsubscribe(topic)) {
            changed(Set.of(topic));
        }
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> topicPartitions) {
        changed(wanted.assign(queues(topicPartitions)));
    }

    private void changed(Collection<String> noMore) {
        Polling current = running();
        if (current != null) {
            current.wantedChanged(noMore);
        }
    }

    @Override
    public Set<TopicPartition> assignment() {
        List<MessageQueue> chosen = wanted.assigned();
        return TopicWatches.partitions(
                chosen != null ? chosen : requireRunning().queues());
    }

    @Override
    public Set<TopicPartition> topicPartitions(String topic) {
        ClientInstance client = requireRunning().client();
        return TopicWatches.partitions(client.await(client.routes().load(topic), "the route of the topic is not told")
                .readQueues());
    }

    @Override
    public void registerTopicPartitionChangedListener(String topic, TopicPartitionChangeListener listener) {
        watches.add(topic, listener);
        Polling current = running();
        if (current != null) {
            watches.begin(current.client());
        }
    }

    @Override
    public List<Message> poll(Duration timeout) {
        Polling current = requireRunning();
        if (!polling.compareAndSet(false, true)) {
            throw new MQClientException("another thread is polling: group=" + config.groupId()
                    + "; poll with one thread at a time, or use a consumer for each");
        }
        try {
            return current.poll(Math.max(0, timeout.toNanos()));
        } finally {
            polling.set(false);
        }
    }

    @Override
    public void wakeup() {
        requireRunning().wakeup();
    }

    @Override
    public void seek(TopicPartition topicPartition, long offset) {
        if (offset < 0) {
            throw new MQClientException("illegal value: offset=" + offset + "; it must not be negative");
        }
        Polling current = requireRunning();
        requireMine(topicPartition);
        current.seek(queue(topicPartition), offset);
    }

    private void requireMine(TopicPartition topicPartition) {
        if (!assignment().contains(topicPartition)) {
            throw new MQClientException("the queue is not this consumer's: group=" + config.groupId() + ", queue="
                    + topicPartition + "; it has " + assignment());
        }
    }

    @Override
    public void seekToBeginning(TopicPartition topicPartition) {
        seek(topicPartition, ask(topicPartition, QueueOffsets::beginning));
    }

    @Override
    public void seekToEnd(TopicPartition topicPartition) {
        seek(topicPartition, ask(topicPartition, QueueOffsets::end));
    }

    @Override
    public void seekToTime(TopicPartition topicPartition, Instant instant) {
        seek(topicPartition, ask(topicPartition, (offsets, queue) -> offsets.at(queue, instant)));
    }

    @Override
    public Long offsetForTimestamp(TopicPartition topicPartition, Long timestamp) {
        return ask(topicPartition, (offsets, queue) -> offsets.at(queue, Instant.ofEpochMilli(timestamp)));
    }

    private long ask(
            TopicPartition topicPartition, BiFunction<QueueOffsets, MessageQueue, CompletableFuture<Long>> question) {
        ClientInstance client = requireRunning().client();
        return client.await(
                question.apply(new QueueOffsets(client), queue(topicPartition)), "the broker does not tell an offset");
    }

    @Override
    public void pause(Collection<TopicPartition> topicPartitions) {
        requireRunning().pause(queues(topicPartitions));
    }

    @Override
    public void resume(Collection<TopicPartition> topicPartitions) {
        requireRunning().resume(queues(topicPartitions));
    }

    @Override
    public @Nullable Long committed(TopicPartition topicPartition) {
        return requireRunning().committed(queue(topicPartition));
    }

    @Override
    public void commitSync() {
        requireRunning().commit();
    }

    private static MessageQueue queue(TopicPartition partition) {
        return new MessageQueue(partition.topic(), partition.brokerName(), partition.queueId());
    }

    private static Set<MessageQueue> queues(Collection<TopicPartition> partitions) {
        return partitions.stream().map(DefaultPullConsumer::queue).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public ConsumerData describe() {
        return new ConsumerData(
                config.groupId(),
                "CONSUME_ACTIVELY",
                MessageModel.CLUSTERING.name(),
                nameOf(config.startFrom()),
                wanted.subscriptions().stream().map(Subscription::data).collect(Collectors.toSet()),
                false);
    }

    @Override
    public @Nullable Operable operable() {
        Polling current = running();
        return current == null ? null : current.operations(describe());
    }

    @Override
    public void rebalanceSoon() {
        super.rebalanceSoon();
        Polling current = running();
        if (current != null) {
            watches.look(current.client());
        }
    }

    @Override
    public boolean subscribesTo(String topic) {
        return wanted.subscription(topic) != null || watches.isWatched(topic);
    }
}
