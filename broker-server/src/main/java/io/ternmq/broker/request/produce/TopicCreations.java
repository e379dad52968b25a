package io.ternmq.broker.request.produce;

import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.body.TopicConfig;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics that are being created by a send. Creating writes to the disk, so it happens on a request thread; sends to the same topic that
 * come meanwhile wait here and go on in their order, or a producer's first messages could overtake each other. Thread safe.
 */
final class TopicCreations {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCreations.class);

    private final Topics topics;
    private final Executor blocking;
    private final Map<String, Queue<Runnable>> waiting = new HashMap<>();
    private volatile int count;

    TopicCreations(Topics topics, Executor blocking) {
        this.topics = topics;
        this.blocking = blocking;
    }

    /** Lets a send wait if its topic is being created; returns whether it does. */
    boolean isWaiting(String topic, Supplier<Runnable> send) {
        if (count == 0) {
            return false;
        }
        synchronized (waiting) {
            Queue<Runnable> sends = waiting.get(topic);
            return sends != null && sends.add(send.get());
        }
    }

    /** Creates a topic, then runs the send and those that have come to wait for the same topic. */
    void start(TopicConfig topic, Runnable send) {
        synchronized (waiting) {
            Queue<Runnable> sends = waiting.get(topic.topicName());
            if (sends != null) {
                sends.add(send);
                return;
            }
            Queue<Runnable> first = new ArrayDeque<>();
            first.add(send);
            waiting.put(topic.topicName(), first);
            count = waiting.size();
        }
        try {
            blocking.execute(() -> create(topic));
        } catch (RejectedExecutionException e) {
            LOG.warn("topic cannot be created, too many requests are waiting: topic={}", topic.topicName());
            runWaiting(topic.topicName());
        }
    }

    private void create(TopicConfig topic) {
        try {
            topics.create(topic);
        } catch (IOException e) {
            LOG.error("topic cannot be created: topic={}, reason={}", topic.topicName(), e.getMessage());
        } finally {
            runWaiting(topic.topicName());
        }
    }

    private void runWaiting(String topic) {
        @Nullable Runnable send;
        while ((send = next(topic)) != null) {
            try {
                send.run();
            } catch (RuntimeException | Error e) {
                LOG.error("send that waited for its topic has failed: topic={}", topic, e);
            }
        }
    }

    private @Nullable Runnable next(String topic) {
        synchronized (waiting) {
            Queue<Runnable> sends = waiting.get(topic);
            Runnable send = sends == null ? null : sends.poll();
            if (send == null) {
                waiting.remove(topic);
                count = waiting.size();
            }
            return send;
        }
    }
}
