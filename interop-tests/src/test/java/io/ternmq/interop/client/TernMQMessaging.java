package io.ternmq.interop.client;

import io.ternmq.client.Action;
import io.ternmq.client.Admin;
import io.ternmq.client.AllocationStrategy;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Compression;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderConsumer;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.SendResult;
import io.ternmq.client.SendStatus;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TlsConfig;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * TernMQ's own client, in the process of the tests. Each producer and consumer has an instance name of its own, so that several may
 * be members of one group. Thread safe.
 */
public final class TernMQMessaging implements Messaging {
    private final Path folder;
    private final AtomicInteger instances = new AtomicInteger();

    /** Offsets of broadcasting consumers go below {@code folder}. */
    public TernMQMessaging(Path folder) {
        this.folder = folder;
    }

    @Override
    public TestProducer producer(ProducerSettings settings) {
        Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(clientConfig(settings.nameServer(), settings.tls()), settings.group())
                        .sendTimeout(Duration.ofSeconds(30))
                        .compression(Compression.valueOf(settings.compression()))
                        .compressOverBytes(settings.compressOver())
                        .build());
        producer.start();
        return new StartedProducer(producer);
    }

    @Override
    public TestTransactionProducer transactionProducer(ProducerSettings settings, Outcome checkAnswer) {
        AtomicInteger checks = new AtomicInteger();
        TransactionProducer producer = MQFactory.createTransactionProducer(
                ProducerConfig.builder(clientConfig(settings.nameServer(), settings.tls()), settings.group())
                        .sendTimeout(Duration.ofSeconds(30))
                        .build(),
                message -> {
                    checks.incrementAndGet();
                    return status(checkAnswer);
                });
        producer.start();
        return new StartedTransactionProducer(producer, checks);
    }

    private static TransactionStatus status(Outcome outcome) {
        return switch (outcome) {
            case COMMIT -> TransactionStatus.CommitTransaction;
            case ROLLBACK -> TransactionStatus.RollbackTransaction;
            case UNKNOWN -> TransactionStatus.Unknow;
        };
    }

    private record StartedTransactionProducer(TransactionProducer producer, AtomicInteger count)
            implements TestTransactionProducer {
        @Override
        public Sent send(Outgoing message, Outcome outcome) {
            return StartedProducer.sent(
                    producer.send(StartedProducer.message(message), (half, arg) -> status(outcome), null));
        }

        @Override
        public int checks() {
            return count.get();
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    @Override
    public TestConsumer consumer(ConsumerSettings settings) {
        return consumer(
                settings,
                config(settings)
                        .messageModel(settings.broadcasting() ? MessageModel.BROADCASTING : MessageModel.CLUSTERING)
                        .offsetDirectory(folder));
    }

    /** Starts a consumer to which messages are leased one by one. */
    public TestConsumer popConsumer(ConsumerSettings settings) {
        return consumer(settings, config(settings).consumeMode(ConsumeMode.POP).maxReconsumeTimes(1));
    }

    private TestConsumer consumer(ConsumerSettings settings, ConsumerConfig.Builder config) {
        Consumer consumer = MQFactory.createConsumer(config.build());
        StartedConsumer started = new StartedConsumer(consumer);
        MessageSelector selector = settings.sql()
                ? MessageSelector.bySql(settings.expression())
                : MessageSelector.byTag(settings.expression());
        consumer.subscribe(settings.topic(), selector, (message, context) -> {
            started.accept(message);
            context.retryAfter(Duration.ofSeconds(1));
            return message.getReconsumeTimes() < settings.refusals() ? Action.ReconsumeLater : Action.CommitMessage;
        });
        consumer.start();
        return started;
    }

    @Override
    public TestConsumer orderlyConsumer(ConsumerSettings settings) {
        OrderConsumer consumer = MQFactory.createOrderedConsumer(
                config(settings).suspendTime(Duration.ofMillis(10)).build());
        StartedConsumer started = new StartedConsumer(consumer);
        MessageSelector selector = settings.sql()
                ? MessageSelector.bySql(settings.expression())
                : MessageSelector.byTag(settings.expression());
        consumer.subscribe(settings.topic(), selector, (message, context) -> {
            started.accept(message);
            return message.getReconsumeTimes() < settings.refusals() ? OrderAction.Suspend : OrderAction.Success;
        });
        consumer.start();
        return started;
    }

    /** A consumer of a group for which each message fails, and is a dead letter after so many tries more. */
    public TestConsumer failingOrderlyConsumer(ConsumerSettings settings, int triesMore) {
        OrderConsumer consumer = MQFactory.createOrderedConsumer(config(settings)
                .suspendTime(Duration.ofMillis(10))
                .maxReconsumeTimes(triesMore)
                .build());
        StartedConsumer started = new StartedConsumer(consumer);
        consumer.subscribe(settings.topic(), settings.expression(), (message, context) -> {
            started.accept(message);
            return OrderAction.Suspend;
        });
        consumer.start();
        return started;
    }

    @Override
    public TestConsumer litePuller(ConsumerSettings settings) {
        PullConsumer consumer = puller(settings.nameServer(), settings.group(), true);
        StartedConsumer started = new StartedConsumer(consumer);
        consumer.start();
        consumer.subscribe(settings.topic(), settings.expression());
        Thread poller = new Thread(() -> {
            while (consumer.isStarted()) {
                try {
                    consumer.poll(Duration.ofSeconds(1)).forEach(started::accept);
                } catch (MQClientException closed) {
                    return;
                }
            }
        });
        poller.setDaemon(true);
        poller.start();
        return started;
    }

    /** Makes a consumer that the test polls itself, and closes. */
    public PullConsumer puller(String nameServer, String group, boolean autoCommit) {
        return MQFactory.createPullConsumer(PullConsumerConfig.builder(clientConfig(nameServer, false), group)
                .startFrom(StartPosition.earliest())
                .autoCommit(autoCommit)
                .build());
    }

    private ConsumerConfig.Builder config(ConsumerSettings settings) {
        return ConsumerConfig.builder(clientConfig(settings.nameServer(), settings.tls()), settings.group())
                .startFrom(StartPosition.earliest())
                .allocation(AllocationStrategy.valueOf(settings.allocation()))
                .consumeThreads(2);
    }

    @Override
    public String toString() {
        return "TernMQ client";
    }

    private ClientConfig clientConfig(String nameServer, boolean tls) {
        return ClientConfig.builder(nameServer)
                .instanceName("interop-" + instances.incrementAndGet())
                .tls(tls ? new TlsConfig(TrustingSsl.context(), false) : null)
                .requestTimeout(Duration.ofSeconds(30))
                .build();
    }

    private record StartedProducer(Producer producer) implements TestProducer {
        @Override
        public Sent send(Outgoing message) {
            return sent(producer.send(message(message)));
        }

        @Override
        public CompletableFuture<Sent> sendAsync(Outgoing message) {
            return producer.sendAsync(message(message)).thenApply(StartedProducer::sent);
        }

        @Override
        public void sendOneway(Outgoing message) {
            producer.sendOneway(message(message));
        }

        @Override
        public List<Sent> sendBatch(List<Outgoing> messages) {
            List<Message> batch =
                    messages.stream().map(StartedProducer::message).toList();
            return producer.send(batch).stream().map(StartedProducer::sent).toList();
        }

        @Override
        public void close() {
            producer.close();
        }

        private static Message message(Outgoing outgoing) {
            Message message = new Message(outgoing.topic(), outgoing.tag(), outgoing.key(), outgoing.body());
            outgoing.properties().forEach(message::putUserProperties);
            return message;
        }

        private static Sent sent(SendResult result) {
            if (result.getStatus() != SendStatus.OK) {
                throw new IllegalStateException("not stored as asked: " + result);
            }
            return new Sent(
                    result.getMessageId(),
                    result.getOffsetMessageId(),
                    result.getTopicPartition().queueId(),
                    result.getOffset());
        }
    }

    private static final class StartedConsumer implements TestConsumer {
        private final Admin consumer;
        private final List<Delivered> received = new CopyOnWriteArrayList<>();

        StartedConsumer(Admin consumer) {
            this.consumer = consumer;
        }

        void accept(Message message) {
            received.add(delivered(message));
        }

        @Override
        public List<Delivered> received() {
            return List.copyOf(received);
        }

        @Override
        public void close() {
            consumer.close();
        }

        private static Delivered delivered(Message message) {
            Map<String, String> properties = new TreeMap<>(message.getSystemProperties());
            message.getUserProperties()
                    .stringPropertyNames()
                    .forEach(name ->
                            properties.put(name, message.getUserProperties().getProperty(name)));
            properties.remove("TAGS");
            properties.remove("KEYS");
            TopicPartition queue = Objects.requireNonNull(message.getTopicPartition(), "topicPartition");
            String bornHost = message.getBornHost();
            return new Delivered(
                    message.getTopic(),
                    Objects.requireNonNull(message.getMsgID(), "msgId"),
                    message.getTag(),
                    message.getKey(),
                    properties,
                    message.getBody(),
                    queue.queueId(),
                    message.getOffset(),
                    message.getReconsumeTimes(),
                    message.getBornTimestamp(),
                    message.getStoreTimestamp(),
                    bornHost.substring(0, Math.max(0, bornHost.lastIndexOf(':'))),
                    -1);
        }
    }
}
