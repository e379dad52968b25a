package io.ternmq.spring.listener;

import io.ternmq.client.Admin;
import io.ternmq.client.BatchConsumer;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.ConsumerState;
import io.ternmq.client.Inspectable;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.OrderConsumer;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.ConsumerFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

    /** A consumer of whichever kind. */
    private record Running(Admin consumer, Runnable suspend, Runnable resume) {}

    private final ListenerSpec spec;
    private final ConsumerFactory consumers;
    private final ListenerPipeline pipeline;

    /** Keeps what is paused and what runs in step. Held for moments, while a start or a stop may take its time. */
    private final Object switching = new Object();

    private volatile @Nullable Running running;
    private volatile boolean paused;
    private volatile boolean wanted;

    /**
     * Makes a container that is not running.
     *
     * @param consumers makes the consumer
     * @param services what the listener shares with others
     */
    public ListenerContainer(ListenerSpec spec, ConsumerFactory consumers, ListenerServices services) {
        this.spec = spec;
        this.consumers = consumers;
        this.wanted = spec.autoStartup();
        this.pipeline = new ListenerPipeline(spec.id(), spec.target(), services, spec.rules(), spec.config());
    }

    public String id() {
        return spec.id();
    }

    public boolean autoStartup() {
        return spec.autoStartup();
    }

    /** Listeners of a lower phase start before, and stop after, those of a higher one. */
    public int phase() {
        return spec.phase();
    }

    public List<String> topics() {
        return List.copyOf(spec.subscriptions().keySet());
    }

    /** What is wanted of each topic. */
    public Map<String, MessageSelector> subscriptions() {
        return spec.subscriptions();
    }

    /** What is wanted of the topics, for people: one expression, or one for each topic if they differ. */
    public String expression() {
        Map<String, MessageSelector> subscriptions = spec.subscriptions();
        return new TreeSet<>(subscriptions.values().stream()
                                        .map(MessageSelector::getSubExpression)
                                        .toList())
                                .size()
                        == 1
                ? subscriptions.values().iterator().next().getSubExpression()
                : subscriptions.entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue().getSubExpression())
                        .collect(Collectors.joining(", "));
    }

    /** How the listener is called. */
    public ListenerKind kind() {
        return spec.target().kind();
    }

    public ConsumerConfig config() {
        return spec.config();
    }

    /** How often a failed message comes again before it becomes a dead letter; empty: without end. */
    public OptionalInt maxReconsumeTimes() {
        int limit = kind().limit(config());
        return limit < 0 ? OptionalInt.empty() : OptionalInt.of(limit);
    }

    /**
     * Subscribes and begins to consume; does nothing if it runs. One that is paused joins its group and waits.
     *
     * @throws ClientStartException if the cluster cannot be reached or refuses
     */
    @Override
    public synchronized void start() {
        wanted = true;
        if (running != null) {
            return;
        }
        try {
            Running fresh = open();
            boolean resting = paused;
            begin(fresh, resting);
            synchronized (switching) {
                running = fresh;
                if (paused != resting) {
                    (paused ? fresh.suspend() : fresh.resume()).run();
                }
            }
        } catch (MQClientException e) {
            throw new ClientStartException("listener " + id(), config().client().nameServers(), e);
        }
        LOG.debug(
                "Listener started: listener={}, group={}, subscriptions={}, paused={}",
                id(),
                config().groupId(),
                spec.subscriptions(),
                paused);
    }

    private void begin(Running fresh, boolean resting) {
        try {
            if (resting) {
                fresh.suspend().run();
            }
            fresh.consumer().start();
        } catch (RuntimeException e) {
            fresh.consumer().shutdown();
            throw e;
        }
    }

    private Running open() {
        switch (kind()) {
            case ORDERED -> {
                OrderConsumer consumer = consumers.createOrdered(config());
                spec.subscriptions()
                        .forEach((topic, selector) -> consumer.subscribe(topic, selector, pipeline::consumeInOrder));
                return new Running(consumer, consumer::suspend, consumer::resume);
            }
            case BATCH -> {
                BatchConsumer consumer = consumers.createBatch(config());
                spec.subscriptions()
                        .forEach((topic, selector) -> consumer.subscribe(topic, selector, pipeline::consumeBatch));
                return new Running(consumer, consumer::suspend, consumer::resume);
            }
            default -> {
                Consumer consumer = consumers.create(config());
                spec.subscriptions()
                        .forEach((topic, selector) -> consumer.subscribe(topic, selector, pipeline::consume));
                return new Running(consumer, consumer::suspend, consumer::resume);
            }
        }
    }

    /** Takes no new messages, waits for those being handled up to the configured limit, and leaves the group. */
    @Override
    public synchronized void stop() {
        wanted = false;
        Running current;
        synchronized (switching) {
            current = running;
            running = null;
        }
        if (current == null) {
            return;
        }
        current.consumer().shutdown();
        pipeline.abandon();
        LOG.debug("Listener stopped: listener={}, group={}", id(), config().groupId());
    }

    /**
     * Calls the listener no more until {@link #resume()}, also over a stop and a start: what runs comes to its end, messages wait in
     * the queues, which stay this member's. Does not block, also not while it is being started or stopped; one that is just starting pauses when it has started.
     */
    public void pause() {
        synchronized (switching) {
            paused = true;
            Running current = running;
            if (current != null) {
                current.suspend().run();
            }
        }
    }

    /** Ends {@link #pause()}; does not block either. */
    public void resume() {
        synchronized (switching) {
            paused = false;
            Running current = running;
            if (current != null) {
                current.resume().run();
            }
        }
    }

    /** Whether it was told to pause, running or not. */
    public boolean isPaused() {
        return paused;
    }

    /** Whether it should run: it starts with the context or was told to start, and was not told to stop since. */
    public boolean isWanted() {
        return wanted;
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    /** What its consumer is doing; nothing if it does not run, or cannot tell. Does not block. */
    public Optional<ConsumerState> state() {
        Running current = running;
        return current != null && current.consumer() instanceof Inspectable inspectable
                ? Optional.of(inspectable.state())
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "ListenerContainer[id=" + id() + ", group=" + config().groupId() + ", topics=" + topics()
                + ", expression=" + expression() + ", running=" + isRunning() + ", paused=" + paused + "]";
    }
}
