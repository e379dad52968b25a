package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Consuming in order from a real broker: nothing overtakes, whoever comes and goes. */
class OrderedBrokerIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    /** Where a message was, and who has handled it. */
    private record Handled(String by, int queueId, long offset, String body) {}

    private final String topic = "ordered-" + NAMES.incrementAndGet();
    private final String group = "ordered-group-" + NAMES.get();
    private final List<Admin> opened = new ArrayList<>();
    private final Queue<Handled> handled = new ConcurrentLinkedQueue<>();
    private String address = "";

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
    }

    @Test
    void keepsTheOrderWithoutADuplicateWhileMembersComeAndGo() {
        use(BROKER.address(), 4);
        Producer producer = producer();
        consumer("resident");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                producer.send(message("m" + sent.getAndIncrement()));
            }
        });

        for (int i = 0; i < 4; i++) {
            String name = "guest-" + i;
            OrderConsumer guest = consumer(name);
            await().until(() -> handled.stream().anyMatch(one -> one.by().equals(name)));
            guest.shutdown();
        }
        stop.set(true);
        sending.join();

        await().until(() -> handled.size() >= sent.get());
        assertCompleteAndInOrder();
    }

    @Test
    void goesOnAtOnceAfterAMemberHasLeft() {
        use(BROKER.address(), 8);
        Producer producer = producer();
        consumer("stays");
        OrderConsumer leaving = consumer("leaves");
        await().until(() -> {
            producer.send(message("shared"));
            return handled.stream().map(Handled::by).distinct().count() == 2;
        });

        leaving.shutdown();
        long start = System.nanoTime();
        for (int i = 0; i < 8; i++) {
            producer.send(message("alone"));
        }

        await().pollInterval(Duration.ofMillis(5))
                .until(() -> handled.stream()
                                .filter(one -> one.body().equals("alone"))
                                .count()
                        == 8);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("the broker tells the one that stays, long before its next look")
                .isLessThan(Duration.ofSeconds(10));
        assertCompleteAndInOrder();
    }

    @Test
    void keepsTheOrderOfATopicWithOneQueueThroughRestartsOfTheConsumer() {
        use(BROKER.address(), 1);
        Producer producer = producer();
        for (int i = 0; i < 300; i++) {
            producer.send(message("m" + i));
        }

        for (int i = 1; i <= 3; i++) {
            int expected = 100 * i;
            OrderConsumer consumer = consumer("life-" + i);
            await().until(() -> handled.size() >= expected);
            consumer.shutdown();
        }

        assertThat(handled).extracting(Handled::body).startsWith("m0", "m1", "m2");
        assertCompleteAndInOrder();
    }

    @Test
    void keepsTheOrderThroughARestartOfTheBroker() throws IOException {
        int port = LoopbackPorts.find();
        Broker broker = start(port);
        use(broker.address(), 2);
        Producer producer = producer();
        consumer("only");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                producer.send(message("m" + sent.getAndIncrement()));
            }
        });
        await().until(() -> handled.size() > 50);

        broker.close();
        Broker again = start(port);
        int before = sent.get();
        await().until(() -> sent.get() > before + 100);
        stop.set(true);
        sending.join();

        await().until(() -> handled.stream().map(Handled::body).distinct().count() >= sent.get());
        assertCompleteAndInOrder();
        opened.forEach(Admin::close);
        again.close();
    }

    @Test
    void putsAMessageThatHasFailedTooOftenToTheDeadLetters() {
        use(BROKER.address(), 1);
        Producer producer = producer();
        SendResult bad = producer.send(message("bad"));
        producer.send(message("good"));
        OrderConsumer consumer = MQFactory.createOrderedConsumer(ConsumerConfig.builder(client("fails"), group)
                .maxReconsumeTimes(1)
                .suspendTime(Duration.ofMillis(10))
                .build());
        opened.add(consumer);
        consumer.subscribe(
                topic,
                "*",
                (message, context) -> body(message).equals("bad") ? OrderAction.Suspend : handle("fails", message));
        consumer.start();
        await().until(() -> handled.size() == 1);

        Queue<Message> dead = new ConcurrentLinkedQueue<>();
        Consumer undertaker = MQFactory.createConsumer(ConsumerConfig.builder(client("undertaker"), group + "-dead")
                .startFrom(StartPosition.earliest())
                .build());
        opened.add(undertaker);
        undertaker.subscribe("%DLQ%" + group, "*", (message, context) -> {
            dead.add(message);
            return Action.CommitMessage;
        });
        undertaker.start();

        await().until(() -> dead.size() == 1);
        assertThat(dead.element().getMsgID()).isEqualTo(bad.getMessageId());
        assertThat(body(dead.element())).isEqualTo("bad");
    }

    /** In each queue, the offsets in the order of handling are 0, 1, 2, … */
    private void assertCompleteAndInOrder() {
        Map<Integer, List<Long>> offsets = new TreeMap<>();
        handled.forEach(one -> offsets.computeIfAbsent(one.queueId(), absent -> new ArrayList<>())
                .add(one.offset()));
        offsets.forEach((queueId, inOrder) -> assertThat(inOrder)
                .as("queue %d", queueId)
                .containsExactlyElementsOf(
                        LongStream.range(0, inOrder.size()).boxed().toList()));
    }

    private void use(String brokerAddress, int queues) {
        address = brokerAddress;
        try (AdminClient admin = AdminClient.create(client("admin"))) {
            admin.createTopic(TopicSpec.of(topic, queues));
        }
    }

    private Broker start(int port) throws IOException {
        return Broker.start(BrokerConfig.builder()
                .dataDirectory(directory)
                .port(port)
                .flush(FlushMode.SYNC)
                .build());
    }

    private ClientConfig client(String instance) {
        return ClientConfig.builder(address).instanceName(instance).build();
    }

    private Producer producer() {
        Producer producer = MQFactory.createProducer(ProducerConfig.builder(client("producer"), group)
                .sendTimeout(Duration.ofSeconds(20))
                .build());
        opened.add(0, producer);
        producer.start();
        return producer;
    }

    private OrderConsumer consumer(String name) {
        OrderConsumer consumer = MQFactory.createOrderedConsumer(ConsumerConfig.builder(client(name), group)
                .startFrom(StartPosition.earliest())
                .build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", (message, context) -> handle(name, message));
        consumer.start();
        return consumer;
    }

    private OrderAction handle(String name, Message message) {
        TopicPartition partition = message.getTopicPartition();
        assertThat(partition).isNotNull();
        handled.add(new Handled(name, partition.queueId(), message.getOffset(), body(message)));
        return OrderAction.Success;
    }

    private Message message(String body) {
        return new Message(topic, "t", body.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
