package io.ternmq.stream.inbound;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.QueueShare;
import io.ternmq.client.TopicPartition;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import io.ternmq.stream.properties.FailurePolicy;
import io.ternmq.stream.provisioning.TopicProvisioner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.integration.acks.AcknowledgmentCallback;
import org.springframework.integration.core.Pausable;
import org.springframework.integration.endpoint.AbstractMessageSource;
import org.springframework.integration.support.MessageBuilder;

/**
 * The inner end of a polled input: a message for each poll, with something to acknowledge it by. What is accepted is done; what is to be requeued comes again next, and
 * with it what follows in its queue; what is rejected is treated as the failure policy says. Progress is kept whenever nothing waits for its acknowledgement, at most
 * once a second and at the end. Thread-safe; one poll at a time.
 */
public final class PolledSource extends AbstractMessageSource<Object> implements Pausable {

    private static final Logger LOG = LoggerFactory.getLogger(PolledSource.class);
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);
    private static final int LARGEST_PREFETCH = 256;

    private final InboundSettings settings;
    private final ClientConfig client;
    private final TopicProvisioner provisioner;
    private final DeadLetters deadLetters;
    private final StreamMessages messages;
    private final AtomicInteger outstanding = new AtomicInteger();
    private @Nullable PullConsumer consumer;
    private volatile boolean running;
    private volatile boolean paused;
    private volatile long committedNanos;
    private volatile boolean uncommitted;

    public PolledSource(
            InboundSettings settings,
            ClientConfig client,
            TopicProvisioner provisioner,
            DeadLetters deadLetters,
            TernMQHeaderMapper mapper) {
        this.settings = settings;
        this.client = client;
        this.provisioner = provisioner;
        this.deadLetters = deadLetters;
        this.messages = new StreamMessages(
                settings.group(), settings.headersMapped() ? mapper : null, settings.nativeDecoding());
    }

    @Override
    public String getComponentType() {
        return "ternmq:message-source";
    }

    @Override
    public synchronized void start() {
        if (running) {
            return;
        }
        GroupSettings group = settings.groupSettings();
        provisioner.group(group.group(), false);
        settings.topics().forEach(topic -> provisioner.settleStart(group.group(), topic, group.startPosition()));
        PullConsumer fresh = MQFactory.createPullConsumer(PullConsumerConfig.builder(client, group.group())
                .startFrom(group.startPosition())
                .autoCommit(false)
                .maxPollMessages(1)
                .maxCachedMessages(Math.min(LARGEST_PREFETCH, group.maxCachedMessages()))
                .pullBatchSize(Math.min(LARGEST_PREFETCH, group.pullBatchSize()))
                .build());
        try {
            QueueShare share = group.share();
            if (share == null) {
                settings.topics().forEach(topic -> fresh.subscribe(topic, settings.selector()));
                fresh.start();
            } else {
                fresh.start();
                settings.topics()
                        .forEach(topic ->
                                fresh.registerTopicPartitionChangedListener(topic, queues -> assign(fresh, share)));
                assign(fresh, share);
            }
        } catch (RuntimeException e) {
            fresh.shutdown();
            throw e;
        }
        consumer = fresh;
        outstanding.set(0);
        running = true;
    }

    private void assign(PullConsumer fresh, QueueShare share) {
        List<TopicPartition> mine = new ArrayList<>();
        for (String topic : settings.topics()) {
            List<TopicPartition> sorted = fresh.topicPartitions(topic).stream()
                    .sorted(Comparator.comparing(TopicPartition::brokerName).thenComparing(TopicPartition::queueId))
                    .toList();
            for (int position = 0; position < sorted.size(); position++) {
                if (share.contains(position)) {
                    mine.add(sorted.get(position));
                }
            }
        }
        if (!Set.copyOf(mine).equals(fresh.assignment())) {
            fresh.assign(mine);
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        PullConsumer stopping = consumer;
        consumer = null;
        if (stopping == null) {
            return;
        }
        commit(stopping, true);
        stopping.shutdown();
        if (settings.groupSettings().anonymous()) {
            provisioner.forget(settings.group());
        }
    }

    /** Stops soon; for threads that handle a message. */
    public void halt() {
        Thread stopping = new Thread(this::stop, "ternmq-stop-" + settings.binding());
        stopping.setDaemon(true);
        stopping.start();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Polls find nothing until {@link #resume()}; the queues stay this source's. */
    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    protected @Nullable Object doReceive() {
        if (paused) {
            return null;
        }
        Message message;
        PullConsumer current;
        synchronized (this) {
            current = consumer;
            if (current == null) {
                return null;
            }
            List<Message> polled = current.poll(settings.extension().getPollTimeout());
            if (polled.isEmpty()) {
                commit(current, false);
                return null;
            }
            message = polled.get(0);
            outstanding.incrementAndGet();
            uncommitted = true;
        }
        return MessageBuilder.fromMessage(messages.one(message, new AtomicInteger(1)))
                .setHeader(
                        IntegrationMessageHeaderAccessor.ACKNOWLEDGMENT_CALLBACK,
                        new Acknowledgement(current, message));
    }

    /** What all polls have returned is done only if nothing of it waits. */
    private synchronized void commit(PullConsumer current, boolean atOnce) {
        boolean due = atOnce || System.nanoTime() - committedNanos >= COMMIT_INTERVAL.toNanos();
        if (!uncommitted || !due || outstanding.get() > 0) {
            return;
        }
        try {
            current.commitSync();
            uncommitted = false;
            committedNanos = System.nanoTime();
        } catch (MQClientException e) {
            LOG.warn("progress is not kept yet: binding={}, group={}", settings.binding(), settings.group(), e);
        }
    }

    private final class Acknowledgement implements AcknowledgmentCallback {

        private final PullConsumer from;
        private final Message message;
        private boolean acknowledged;
        private boolean automatic = true;

        Acknowledgement(PullConsumer from, Message message) {
            this.from = from;
            this.message = message;
        }

        @Override
        public void acknowledge(Status status) {
            synchronized (PolledSource.this) {
                if (acknowledged || from != consumer) {
                    return;
                }
                switch (status) {
                    case ACCEPT -> {
                        // Done.
                    }
                    case REQUEUE -> comeAgain();
                    case REJECT -> rejected();
                }
                acknowledged = true;
                outstanding.decrementAndGet();
                commit(from, false);
            }
        }

        private void rejected() {
            switch (settings.onFailure()) {
                case DISCARD ->
                    LOG.error("a message is discarded: binding={}, message={}", settings.binding(), message);
                case DEAD_LETTER ->
                    deadLetters.send(
                            TopicProvisioner.deadLetterTopic(
                                    message.getTopic(), settings.group(), settings.extension()),
                            settings.group(),
                            message,
                            new IllegalStateException("rejected by the application"));
                case RETRY, STOP -> comeAgain();
            }
            if (settings.onFailure() == FailurePolicy.STOP) {
                halt();
            }
        }

        private void comeAgain() {
            TopicPartition queue = message.getTopicPartition();
            if (queue == null) {
                return;
            }
            try {
                from.seek(queue, message.getOffset());
            } catch (MQClientException e) {
                // Another member has the queue now, and begins at what was committed, which is before this message.
                LOG.debug("a message comes again elsewhere: binding={}, message={}", settings.binding(), message, e);
            }
        }

        @Override
        public boolean isAcknowledged() {
            return acknowledged;
        }

        @Override
        public void noAutoAck() {
            automatic = false;
        }

        @Override
        public boolean isAutoAck() {
            return automatic;
        }
    }
}
