package io.ternmq.client.internal.receive;

import io.ternmq.client.Admin;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Credentials;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.StartPosition;
import io.ternmq.client.internal.group.BrokerOffsets;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.group.GroupMember;
import io.ternmq.client.internal.group.LocalOffsets;
import io.ternmq.client.internal.group.OffsetStore;
import io.ternmq.client.internal.group.Operable;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.message.ResourceNames;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What consumers with listeners have in common: their subscriptions and their life.
 *
 * @param <L> the kind of listener
 */
abstract class GroupConsumer<L> implements Admin, GroupMember {

    private static final Logger LOGGER = LoggerFactory.getLogger(GroupConsumer.class);

    private final ConsumerConfig config;
    private final ClientRegistry registry;
    private final Timing timing;
    private final ConsumeRates rates = new ConsumeRates(System::nanoTime);
    private final Map<String, Subscription<L>> subscriptions = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong(System.currentTimeMillis());
    private volatile @Nullable Consumption running;
    private volatile boolean closed;

    GroupConsumer(ConsumerConfig config, ClientRegistry registry, Timing timing) {
        this.config = config;
        this.registry = registry;
        this.timing = timing;
        if (isClustering()) {
            String retryTopic = ResourceNames.retryTopic(config.groupId());
            subscriptions.put(retryTopic, Subscription.of(retryTopic, "*", null, versions.get()));
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
        Consumption current = running;
        return current == null
                ? null
                : current.operations(describe(), isOrdered(), message -> {
                    L listener = listener(message.getTopic());
                    return listener == null ? null : attempt(message, listener);
                });
    }

    final ConsumerConfig config() {
        return config;
    }

    final Timing timing() {
        return timing;
    }

    private @Nullable L listener(String topic) {
        Subscription<L> subscription = subscriptions.get(topic);
        return subscription == null ? null : subscription.listener();
    }

    private boolean isClustering() {
        return config.messageModel() == MessageModel.CLUSTERING;
    }

    public synchronized void subscribe(String topic, String subExpression, L listener) {
        long version = versions.updateAndGet(before -> Math.max(before + 1, System.currentTimeMillis()));
        Subscription<L> subscription = Subscription.of(topic, subExpression, counted(listener), version);
        Subscription<L> before = subscriptions.put(topic, subscription);
        Consumption current = running;
        if (current != null) {
            current.subscribed(topic, before != null);
        }
    }

    public synchronized void unsubscribe(String topic) {
        Subscription<L> before = subscriptions.remove(topic);
        Consumption current = running;
        if (current != null && before != null) {
            current.unsubscribed(topic);
        }
    }

    @Override
    public boolean isStarted() {
        return running != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new MQClientException("the consumer was shut down and cannot be started again: group="
                    + config.groupId() + "; create a new one");
        }
        if (running != null) {
            return;
        }
        ClientInstance client = registry.acquire(config.client());
        boolean joined = false;
        Consumption consumption = null;
        try {
            client.addConsumer(config.groupId(), this);
            joined = true;
            consumption = new Consumption(
                    config,
                    client,
                    subscriptions,
                    offsetStore(client),
                    receiving(client, this::listener),
                    timing,
                    rates);
            client.connect();
            consumption.start();
            running = consumption;
            // Who joined meanwhile was announced to a consumer that was not running yet.
            consumption.rebalanceSoon();
        } catch (RuntimeException e) {
            try {
                if (consumption != null) {
                    consumption.stop();
                }
                if (joined) {
                    client.await(client.removeConsumer(config.groupId(), this), "brokers do not answer");
                }
            } finally {
                registry.release(client);
            }
            throw e;
        }
        LOGGER.info("consumer started: group={}, clientId={}", config.groupId(), client.clientId());
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
    public synchronized void shutdown() {
        Consumption stopping = running;
        closed = true;
        running = null;
        if (stopping == null) {
            return;
        }
        ClientInstance client = stopping.client();
        try {
            stopping.stop();
            client.await(client.removeConsumer(config.groupId(), this), "brokers do not answer");
        } finally {
            registry.release(client);
        }
        LOGGER.info("consumer shut down: group={}", config.groupId());
    }

    @Override
    public void updateCredential(Properties credentialProperties) {
        Consumption current = running;
        if (current == null) {
            throw new MQClientException(
                    "the consumer is not started: group=" + config.groupId() + "; call start() first");
        }
        current.client().connections().updateCredentials(Credentials.of(credentialProperties));
    }

    @Override
    public ConsumerData describe() {
        Set<SubscriptionData> data = new HashSet<>();
        subscriptions.values().forEach(subscription -> data.add(subscription.data()));
        return new ConsumerData(
                config.groupId(),
                "CONSUME_PASSIVELY",
                config.messageModel().name(),
                startFrom(config.startFrom()),
                data,
                false);
    }

    private static String startFrom(StartPosition position) {
        if (position instanceof StartPosition.Earliest) {
            return "CONSUME_FROM_FIRST_OFFSET";
        }
        return position instanceof StartPosition.At ? "CONSUME_FROM_TIMESTAMP" : "CONSUME_FROM_LAST_OFFSET";
    }

    @Override
    public void rebalanceSoon() {
        Consumption current = running;
        if (current != null) {
            current.rebalanceSoon();
        }
    }

    @Override
    public boolean subscribesTo(String topic) {
        return subscriptions.containsKey(topic);
    }
}
