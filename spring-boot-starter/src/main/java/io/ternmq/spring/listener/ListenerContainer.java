package io.ternmq.spring.listener;

import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageListener;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.ConsumerFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.Lifecycle;

/**
 * One listener's consumer: made at each start, shut down at each stop, so that a context, or an operator, can stop and
 * start it any number of times. Safe for use by many threads; {@link #start()} and {@link #stop()} block.
 */
public final class ListenerContainer implements Lifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerContainer.class);

    private final String id;
    private final boolean autoStartup;
    private final List<String> topics;
    private final String expression;
    private final ConsumerConfig config;
    private final ConsumerFactory consumers;
    private final MessageListener listener;
    private volatile @Nullable Consumer consumer;

    /**
     * Makes a container that is not running.
     *
     * @param id who it is, in logs and the registry
     * @param autoStartup whether it starts with the context
     * @param topics the topics to subscribe to
     * @param expression the tags wanted of each of them
     * @param config of the consumer
     * @param consumers makes the consumer
     * @param listener gets the messages
     */
    public ListenerContainer(
            String id,
            boolean autoStartup,
            List<String> topics,
            String expression,
            ConsumerConfig config,
            ConsumerFactory consumers,
            MessageListener listener) {
        this.id = id;
        this.autoStartup = autoStartup;
        this.topics = List.copyOf(topics);
        this.expression = expression;
        this.config = config;
        this.consumers = consumers;
        this.listener = new FailureReport(id, listener);
    }

    public String id() {
        return id;
    }

    public boolean autoStartup() {
        return autoStartup;
    }

    public List<String> topics() {
        return topics;
    }

    public String expression() {
        return expression;
    }

    public ConsumerConfig config() {
        return config;
    }

    /**
     * Subscribes and begins to consume; does nothing if it runs.
     *
     * @throws ClientStartException if the cluster cannot be reached or refuses
     */
    @Override
    public synchronized void start() {
        if (consumer != null) {
            return;
        }
        Consumer fresh = consumers.create(config);
        try {
            topics.forEach(topic -> fresh.subscribe(topic, expression, listener));
            fresh.start();
        } catch (MQClientException e) {
            fresh.shutdown();
            throw new ClientStartException("listener " + id, config.client().nameServers(), e);
        }
        consumer = fresh;
        LOG.debug(
                "Listener started: listener={}, group={}, topics={}, expression={}",
                id,
                config.groupId(),
                topics,
                expression);
    }

    /** Takes no new messages, waits for those being handled up to the configured limit, and leaves the group. */
    @Override
    public synchronized void stop() {
        Consumer current = consumer;
        if (current == null) {
            return;
        }
        consumer = null;
        current.shutdown();
        LOG.debug("Listener stopped: listener={}, group={}", id, config.groupId());
    }

    @Override
    public boolean isRunning() {
        return consumer != null;
    }

    @Override
    public String toString() {
        return "ListenerContainer[id=" + id + ", group=" + config.groupId() + ", topics=" + topics + ", expression="
                + expression + ", running=" + isRunning() + "]";
    }
}
