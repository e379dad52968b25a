package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages leased one by one, from a real broker. */
class PopConsumeIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String topic = "popped-" + NAMES.incrementAndGet();
    private final String group = "popped-group-" + NAMES.get();
    private final List<Admin> opened = new ArrayList<>();
    private final Queue<Message> received = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
    }

    @Test
    void letsMoreMembersWorkThanThereAreQueues() {
        create(1);
        Map<String, Integer> byMember = new ConcurrentHashMap<>();
        CountDownLatch allThree = new CountDownLatch(3);
        Producer producer = producer();
        for (int i = 0; i < 100; i++) {
            producer.send(message("m" + i, "t"));
        }

        for (String member : List.of("a", "b", "c")) {
            start(config(member).consumeThreads(1), "*", (message, context) -> {
                byMember.merge(member, 1, Integer::sum);
                allThree.countDown();
                awaitUninterruptibly(allThree);
                return accept(message, context);
            });
        }

        await().until(() -> received.size() >= 100);
        assertThat(byMember).containsOnlyKeys("a", "b", "c");
        assertThat(received)
                .extracting(PopConsumeIT::body)
                .doesNotHaveDuplicates()
                .hasSize(100);
    }

    @Test
    void receivesAtOnceWhatComesLater() {
        create(4);
        start(config("only"), "*", this::accept);
        Producer producer = producer();
        producer.send(message("first", "t"));
        await().until(() -> received.size() == 1);

        long start = System.nanoTime();
        producer.send(message("second", "t"));

        await().pollInterval(Duration.ofMillis(5)).until(() -> received.size() == 2);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("a pop that waits is answered, long before its time is over")
                .isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void deliversAFailedMessageAgainWhenItsListenerSays() {
        create(2);
        start(config("only"), "*", (message, context) -> {
            received.add(message);
            context.retryAfter(Duration.ofMillis(200));
            if (message.getReconsumeTimes() == 0) {
                throw new IllegalStateException("the listener fails on purpose");
            }
            return message.getReconsumeTimes() == 1 ? Action.ReconsumeLater : Action.CommitMessage;
        });

        producer().send(message("thrice", "t"));

        await().until(() -> received.size() == 3);
        await().during(Duration.ofMillis(500)).until(() -> received.size() == 3);
        assertThat(received).extracting(Message::getReconsumeTimes).containsExactly(0, 1, 2);
        assertThat(received).extracting(Message::getTopic).containsOnly(topic);
        assertThat(received.stream().map(Message::getMsgID).distinct()).hasSize(1);
    }

    @Test
    void makesADeadLetterOfWhatFailsTooOften() {
        create(1);
        start(config("only").maxReconsumeTimes(1), "*", (message, context) -> {
            received.add(message);
            context.retryAfter(Duration.ofMillis(50));
            return Action.ReconsumeLater;
        });
        SendResult sent = producer().send(message("bad", "t"));
        await().until(() -> received.size() == 2);

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
        assertThat(dead.element().getMsgID()).isEqualTo(sent.getMessageId());
        await().during(Duration.ofMillis(300)).until(() -> received.size() == 2);
    }

    @Test
    void givesWhatItHasNotBegunToTheOthersWhenItLeaves() {
        create(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Producer producer = producer();
        for (int i = 0; i < 20; i++) {
            producer.send(message("m" + i, "t"));
        }
        Consumer leaves = start(config("leaves").consumeThreads(1), "*", (message, context) -> {
            begun.countDown();
            awaitUninterruptibly(release);
            return accept(message, context);
        });
        awaitUninterruptibly(begun);
        Thread shutdown = new Thread(leaves::shutdown);
        shutdown.start();
        await().until(leaves::isClosed);
        release.countDown();

        start(config("stays"), "*", this::accept);

        await().until(() -> received.stream().map(PopConsumeIT::body).distinct().count() == 20);
        assertThat(received).hasSize(20);
    }

    @Test
    void filtersByTagExactly() {
        create(1);
        // "Aa" and "BB" have the same hash, which is all that a broker compares.
        start(config("only"), "Aa", this::accept);
        Producer producer = producer();

        producer.send(message("other", "BB"));
        producer.send(message("mine", "Aa"));

        await().until(() -> !received.isEmpty());
        await().during(Duration.ofMillis(200)).until(() -> received.size() == 1);
        assertThat(received).extracting(PopConsumeIT::body).containsExactly("mine");
    }

    @Test
    void endsWithItsSubscriptionAndFindsNewTopics() {
        create(1);
        AtomicBoolean other = new AtomicBoolean();
        Consumer consumer = start(config("only"), "*", this::accept);
        Producer producer = producer();
        producer.send(message("before", "t"));
        await().until(() -> received.size() == 1);

        consumer.unsubscribe(topic);
        consumer.subscribe(topic + "-later", "*", (message, context) -> {
            other.set(true);
            return Action.CommitMessage;
        });
        producer.send(new Message(topic + "-later", "t", new byte[] {1}));

        await().untilTrue(other);
    }

    @Test
    void goesOnWhereTheGroupLeftOff() {
        create(1);
        Producer producer = producer();
        producer.send(message("a", "t"));
        Consumer first = start(config("first"), "*", this::accept);
        await().until(() -> received.size() == 1);
        first.shutdown();
        producer.send(message("b", "t"));

        start(config("second"), "*", this::accept);

        await().until(() -> received.size() == 2);
        assertThat(received).extracting(PopConsumeIT::body).containsExactly("a", "b");
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        assertThatThrownBy(() ->
                        config("x").messageModel(MessageModel.BROADCASTING).build())
                .hasMessageContaining("consumeMode=POP goes with clustering");
        assertThatThrownBy(() ->
                        config("x").startFrom(StartPosition.at(Instant.now())).build())
                .hasMessageContaining("consumeMode=POP goes with clustering");
        assertThatThrownBy(
                        () -> config("x").invisibleTime(Duration.ofSeconds(9)).build())
                .hasMessageContaining("invisibleTime=9000 ms; it must be between 10000 and 300000 ms");
        assertThatThrownBy(() -> MQFactory.createOrderedConsumer(config("x").build()))
                .hasMessageContaining("cannot be popped by a consumer that receives in order");
        assertThatThrownBy(() -> MQFactory.createBatchConsumer(config("x").build()))
                .hasMessageContaining("cannot be popped by a consumer that receives in batches");
    }

    private void create(int queues) {
        try (AdminClient admin = AdminClient.create(client("admin"))) {
            admin.createTopic(TopicSpec.of(topic, queues));
        }
    }

    private ClientConfig client(String instance) {
        return ClientConfig.builder(BROKER.address()).instanceName(instance).build();
    }

    private ConsumerConfig.Builder config(String instance) {
        return ConsumerConfig.builder(client(instance), group)
                .consumeMode(ConsumeMode.POP)
                .startFrom(StartPosition.earliest());
    }

    private Consumer start(ConsumerConfig.Builder config, String expression, MessageListener listener) {
        Consumer consumer = MQFactory.createConsumer(config.build());
        opened.add(consumer);
        consumer.subscribe(topic, expression, listener);
        consumer.start();
        return consumer;
    }

    private Producer producer() {
        Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(client("producer"), group).build());
        opened.add(0, producer);
        producer.start();
        return producer;
    }

    private Message message(String body, String tag) {
        return new Message(topic, tag, body.getBytes(StandardCharsets.UTF_8));
    }

    private Action accept(Message message, ConsumeContext context) {
        assertThat(context.getGroupId()).isEqualTo(group);
        received.add(message);
        return Action.CommitMessage;
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
