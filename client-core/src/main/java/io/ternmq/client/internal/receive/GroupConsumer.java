package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumeMode;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.ConsumerState;
import io.ternmq.client.Inspectable;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.StartPosition;
import io.ternmq.client.internal.group.BrokerOffsets;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.group.LocalOffsets;
import io.ternmq.client.internal.group.OffsetStore;
import io.ternmq.client.internal.group.Operable;
import io.ternmq.client.internal.group.SubscriptionCheck;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.message.ResourceNames;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What consumers with listeners have in common: their subscriptions.
 *
 * @param <L> the kind of listener
 */
abstract class GroupConsumer<L> extends Membership<GroupConsumer.Receiver> implements Inspectable {

    /** Receives while the consumer runs. */
    interface Receiver extends Running {

        /** A topic is subscribed to, or with another expression or listener than before. */
        void subscribed(String topic, boolean again);

        void unsubscribed(String topic);

        /** No listener is called, and nothing is fetched, until {@link #resume()}. */
        void suspend();

        void resume();

        /** What it is doing; does not block. */
        ConsumerState state(boolean suspended);
    }

    private final ConsumerConfig config;
    private final Timing timing;
    private final ConsumeRates rates = new ConsumeRates(System::nanoTime);
    private final Map<String, Subscription<L>> subscriptions = new ConcurrentHashMap<>();
    private volatile boolean suspended;
    private final AtomicLong versions = new AtomicLong(System.currentTimeMillis());

    GroupConsumer(ConsumerConfig config, ClientRegistry registry, Timing timing) {
        super(config.client(), config.groupId(), registry);
        this.config = config;
        this.timing = timing;
        if (isClustering()) {
            String retryTopic = ResourceNames.retryTopic(config.groupId());
            subscriptions.put(
                    retryTopic, Subscription.of(retryTopic, MessageSelector.byTag("*"), null, versions.get()));
        }
    }

    /**
     * Makes what is special about this kind of consumer, for one life.
     *
     * @param listeners finds the listener of a topic
     */
    abstract Receiving receiving(ClientInstance client, Function<String, @Nullable L> listeners);

    /** Wraps a listener so that its calls are counted. */
    abstract L counted(L listener);

    /** Calls a listener for an operator. */
    abstract Attempt attempt(Message message, L listener);

    /** Whether queues are consumed in order. */
    boolean isOrdered() {
        return false;
    }

    final ConsumeRates rates() {
        return rates;
    }

    @Override
    public @Nullable Operable operable() {
        Receiver current = running();
        return current instanceof Consumption consumption
                ? consumption.operations(describe(), isOrdered(), message -> {
                    L listener = listener(message.getTopic());
                    return listener == null ? null : attempt(message, listener);
                })
                : null;
    }

    /** Refuses a mode that this kind of consumer does not know. */
    final void requirePull(String kind) {
        if (config.consumeMode() != ConsumeMode.PULL) {
            throw new MQClientException("messages cannot be popped by a consumer that receives " + kind + ": group="
                    + config.groupId() + ", consumeMode=" + config.consumeMode() + "; use PULL");
        }
    }

    final ConsumerConfig config() {
        return config;
    }

    final Timing timing() {
        return timing;
    }

    final Map<String, Subscription<L>> subscriptions() {
        return subscriptions;
    }

    final @Nullable L listener(String topic) {
        Subscription<L> subscription = subscriptions.get(topic);
        return subscription == null ? deadLetterListener() : subscription.listener();
    }

    /** A dead letter that fails once more comes again under the topic it was sent to first, which nobody here subscribes to. */
    private @Nullable L deadLetterListener() {
        return subscriptions.entrySet().stream()
                .filter(entry -> ResourceNames.isDeadLetterTopic(entry.getKey()))
                .map(entry -> entry.getValue().listener())
                .findFirst()
                .orElse(null);
    }

    private boolean isClustering() {
        return config.messageModel() == MessageModel.CLUSTERING;
    }

    public void subscribe(String topic, String subExpression, L listener) {
        subscribe(topic, MessageSelector.byTag(subExpression), listener);
    }

    public synchronized void subscribe(String topic, MessageSelector selector, L listener) {
        long version = versions.updateAndGet(before -> Math.max(before + 1, System.currentTimeMillis()));
        Subscription<L> subscription = Subscription.of(topic, selector, counted(listener), version);
        Receiver current = running();
        if (current != null) {
            SubscriptionCheck.check(current.client(), config.groupId(), subscription.data());
        }
        Subscription<L> before = subscriptions.put(topic, subscription);
        if (current != null) {
            current.subscribed(topic, before != null);
        }
    }

    public synchronized void unsubscribe(String topic) {
        Subscription<L> before = subscriptions.remove(topic);
        Receiver current = running();
        if (current != null && before != null) {
            current.unsubscribed(topic);
        }
    }

    public synchronized void suspend() {
        suspended = true;
        Receiver current = running();
        if (current != null) {
            current.suspend();
        }
    }

    public synchronized void resume() {
        suspended = false;
        Receiver current = running();
        if (current != null) {
            current.resume();
        }
    }

    @Override
    public ConsumerState state() {
        Receiver current = running();
        return current == null
                ? new ConsumerState("", suspended, List.of(), 0, 0, config.maxCachedMessages(), config.maxCachedBytes())
                : current.state(suspended);
    }

    /** Called while the consumer starts, and so under the same lock as {@link #suspend()}. */
    @Override
    final Receiver open(ClientInstance client) {
        Receiver receiver = receiver(client);
        if (suspended) {
            receiver.suspend();
        }
        return receiver;
    }

    /** Makes what receives, for one life. */
    Receiver receiver(ClientInstance client) {
        return new Consumption(
                config, client, subscriptions, offsetStore(client), receiving(client, this::listener), timing, rates);
    }

    private OffsetStore offsetStore(ClientInstance client) {
        if (isClustering()) {
            boolean zeroForYoungQueues = config.startFrom() instanceof StartPosition.Latest;
            return new BrokerOffsets(client, config.groupId(), zeroForYoungQueues);
        }
        Path directory = config.client().instanceName().isEmpty()
                ? config.offsetDirectory()
                : config.offsetDirectory().resolve(config.client().instanceName());
        return LocalOffsets.open(directory.resolve(config.groupId()).resolve("offsets.json"));
    }

    @Override
    public ConsumerData describe() {
        Set<SubscriptionData> data = new HashSet<>();
        subscriptions.values().forEach(subscription -> data.add(subscription.data()));
        return new ConsumerData(
                config.groupId(),
                "CONSUME_PASSIVELY",
                config.messageModel().name(),
                nameOf(config.startFrom()),
                data,
                false);
    }

    @Override
    public boolean subscribesTo(String topic) {
        return subscriptions.containsKey(topic);
    }
}
