package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens consumers that ask for messages themselves, with the settings of the application: for a batch job that works off a topic, or to read one
 * from some time on. They are the caller's, who closes them when the work is done; those that are open when the context closes are closed with it.
 * What has been opened for a group has it for itself in the application until it is closed, as listeners have theirs. Safe for use by many threads.
 */
public final class PullConsumers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PullConsumers.class);

    private final Function<String, PullConsumerConfig.Builder> defaults;
    private final GroupClaims claims;
    private final String readers;
    /** Those that are open, with their groups. */
    private final Map<PullConsumer, String> opened = new LinkedHashMap<>();

    private boolean closed;

    /**
     * Makes it.
     *
     * @param defaults makes a configuration with the application's defaults for a group
     * @param claims whose groups are whose in the application
     * @param readers the group by whose name readers ask; of those that are open at the same time each further one has a number behind it
     */
    public PullConsumers(Function<String, PullConsumerConfig.Builder> defaults, GroupClaims claims, String readers) {
        this.defaults = defaults;
        this.claims = claims;
        this.readers = readers;
    }

    /** The same as {@link #open(String, Consumer)}, with the application's defaults. */
    public PullConsumer open(String group) {
        return open(group, settings -> {});
    }

    /**
     * Opens a consumer of a group. It is started, and has no subscriptions yet. Progress is committed by {@link PullConsumer#commitSync()} alone
     * unless the settings say otherwise. Blocks.
     *
     * @param settings changes the defaults
     * @throws DuplicateListenerException if the group has a listener in this application
     * @throws MQClientException if a setting cannot be used, the cluster cannot be reached, or this is closed
     */
    public PullConsumer open(String group, Consumer<PullConsumerConfig.Builder> settings) {
        PullConsumerConfig config = config(group, settings);
        PullConsumer consumer = MQFactory.createPullConsumer(config);
        GroupClaims.Claimant claimant =
                new GroupClaims.Claimant("a pull consumer of " + PullConsumers.class.getName(), Map.of());
        claims.claim(config.client(), config.groupId(), claimant, () -> isGone(consumer));
        synchronized (this) {
            remember(consumer, group);
        }
        return started(consumer);
    }

    /**
     * Opens a reader: all queues that a topic has now, from a position on, whoever else reads them, and wherever any group is. Its own progress is
     * kept nowhere. Blocks.
     *
     * @throws MQClientException if there is no such topic, the cluster cannot be reached, or this is closed
     */
    public PullConsumer openReader(String topic, StartPosition from) {
        PullConsumer reader;
        synchronized (this) {
            opened.keySet().removeIf(PullConsumers::isGone);
            String group = freeReader();
            reader = MQFactory.createPullConsumer(config(group, settings -> {}));
            remember(reader, group);
        }
        started(reader);
        try {
            Set<TopicPartition> queues = reader.topicPartitions(topic);
            reader.assign(queues);
            queues.forEach(queue -> seek(reader, queue, from));
            return reader;
        } catch (RuntimeException e) {
            reader.shutdown();
            throw e;
        }
    }

    /** Numbers are used again, so that brokers do not come to know ever more groups. */
    private String freeReader() {
        String group = readers;
        for (int number = 2; opened.containsValue(group); number++) {
            group = readers + '-' + number;
        }
        return group;
    }

    /** Who is being shut down by another thread still has its group; then this waits for the end of that. */
    private static boolean isGone(PullConsumer consumer) {
        if (!consumer.isClosed()) {
            return false;
        }
        consumer.shutdown();
        return true;
    }

    private void remember(PullConsumer consumer, String group) {
        if (closed) {
            consumer.shutdown();
            throw new MQClientException("the application is shutting down: no consumer is opened any more");
        }
        opened.keySet().removeIf(PullConsumers::isGone);
        opened.put(consumer, group);
    }

    private static void seek(PullConsumer reader, TopicPartition queue, StartPosition from) {
        if (from instanceof StartPosition.At at) {
            reader.seekToTime(queue, at.instant());
        } else if (from instanceof StartPosition.Earliest) {
            reader.seekToBeginning(queue);
        } else {
            reader.seekToEnd(queue);
        }
    }

    private PullConsumerConfig config(String group, Consumer<PullConsumerConfig.Builder> settings) {
        PullConsumerConfig.Builder builder = defaults.apply(group).autoCommit(false);
        settings.accept(builder);
        return builder.build();
    }

    private static PullConsumer started(PullConsumer consumer) {
        try {
            consumer.start();
        } catch (RuntimeException e) {
            consumer.shutdown();
            throw e;
        }
        return consumer;
    }

    /** Closes those that are still open, whose polls return. */
    @Override
    public void close() {
        List<PullConsumer> closing;
        synchronized (this) {
            closed = true;
            closing = List.copyOf(opened.keySet());
            opened.clear();
        }
        for (PullConsumer consumer : closing) {
            try {
                consumer.shutdown();
            } catch (RuntimeException e) {
                LOG.warn("A pull consumer did not close cleanly", e);
            }
        }
    }
}
