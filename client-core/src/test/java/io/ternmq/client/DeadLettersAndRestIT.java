package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What listeners may say about their messages, and consumers that rest, with a real broker. */
class DeadLettersAndRestIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    enum Kind {
        PULL,
        POP,
        ORDERED,
        BATCH
    }

    private final String topic = "given-up-" + NAMES.incrementAndGet();
    private final String group = "given-up-group-" + NAMES.get();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Queue<Message> received = new ConcurrentLinkedQueue<>();
    private final AdminClient admin = AdminClient.create(ClientConfig.of(BROKER.address()));

    @BeforeEach
    void createTopic() {
        opened.add(admin);
        admin.createTopic(TopicSpec.of(topic, 1));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesADeadLetterAtOnceWithItsReason(Kind kind) {
        start(kind, List.of("bad"));
        String id = send("bad", "good").get(0);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(received)
                        .extracting(DeadLettersAndRestIT::body)
                        .containsExactlyInAnyOrder("bad", "good"));
        await().atMost(PATIENCE)
                .until(() -> admin.deadLetters(group, 10).letters().size() == 1);

        DeadLetter letter = admin.deadLetters(group, 10).letters().get(0);
        assertThat(letter.reason()).isEqualTo(Optional.of("bad: not to be consumed"));
        assertThat(letter.originTopic()).isEqualTo(topic);
        assertThat(letter.message().getMsgID()).isEqualTo(id);
        assertThat(letter.message().getUserProperties("colour")).isEqualTo("blue");
        assertThat(body(letter.message())).isEqualTo("bad");
        assertThat(letter.message().getReconsumeTimes()).isEqualTo(1);
    }

    @Test
    void keepsADeadLetterWhoseReasonDoesNotFit() {
        Producer producer = producer();
        start(Kind.PULL, List.of("bad"));
        Message large = new Message(topic, "", bytes("bad"));
        large.putUserProperties("filling", "x".repeat(32_400));

        producer.send(large);

        await().atMost(PATIENCE)
                .until(() -> admin.deadLetters(group, 10).letters().size() == 1);
        assertThat(admin.deadLetters(group, 10).letters().get(0).message().getUserProperties("filling"))
                .hasSize(32_400);
    }

    @Test
    void settlesEachMessageOfABatchAsTheListenerSays() {
        send("done", "dead", "again");
        BatchConsumer consumer = MQFactory.createBatchConsumer(
                config().startFrom(StartPosition.earliest()).consumeBatchSize(3).build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", (messages, context) -> {
            received.addAll(messages);
            for (int i = 0; i < messages.size(); i++) {
                String body = body(messages.get(i));
                if (body.equals("dead")) {
                    context.setOutcome(i, ConsumeOutcome.deadLetter("dead on purpose"));
                } else if (body.equals("again") && messages.get(i).getReconsumeTimes() == 0) {
                    context.setOutcome(i, ConsumeOutcome.retryAfter(Duration.ofMillis(50)));
                }
            }
            return Action.CommitMessage;
        });

        consumer.start();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(received)
                        .extracting(DeadLettersAndRestIT::body)
                        .containsExactlyInAnyOrder("done", "dead", "again", "again"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(admin.deadLetters(group, 10).letters())
                        .extracting(letter -> body(letter.message()), DeadLetter::reason)
                        .containsExactly(tuple("dead", Optional.of("dead on purpose"))));
    }

    @Test
    void bringsADeadLetterThatFailsOnceMoreBackToItsListener() {
        start(Kind.PULL, List.of("bad"));
        send("bad");
        Queue<String> letters = new ConcurrentLinkedQueue<>();
        Consumer undertaker =
                MQFactory.createConsumer(ConsumerConfig.builder(ClientConfig.of(BROKER.address()), group + "-letters")
                        .startFrom(StartPosition.earliest())
                        .build());
        opened.add(undertaker);
        undertaker.subscribe("%DLQ%" + group, "*", (message, context) -> {
            letters.add(body(message) + message.getReconsumeTimes());
            context.retryAfter(Duration.ofMillis(20));
            return letters.size() < 3 ? Action.ReconsumeLater : Action.CommitMessage;
        });

        undertaker.start();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(letters).hasSize(3));
    }

    @ParameterizedTest
    @EnumSource
    void callsNoListenerWhileItRests(Kind kind) {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Resting consumer = start(kind, List.of(), entered, leave);
        send(IntStream.range(0, 50).mapToObj(i -> "m" + i).toArray(String[]::new));
        await().atMost(PATIENCE).until(() -> entered.getCount() == 0);

        consumer.suspend().run();
        int running = received.size();
        leave.countDown();
        send("later");

        await().during(Duration.ofMillis(400)).atMost(PATIENCE).until(() -> received.size() == running);
        assertThat(running).isLessThan(50);
        consumer.resume().run();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(received.stream()
                                .map(DeadLettersAndRestIT::body)
                                .distinct())
                        .hasSize(51));
    }

    @ParameterizedTest
    @EnumSource
    void mayRestBeforeItStarts(Kind kind) {
        send("waits");
        Resting consumer = make(kind, List.of(), new CountDownLatch(0), new CountDownLatch(0));
        consumer.suspend().run();
        consumer.start().run();

        await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(received::isEmpty);
        consumer.resume().run();

        await().atMost(PATIENCE).until(() -> received.size() == 1);
    }

    private record Resting(Runnable start, Runnable suspend, Runnable resume) {}

    private void start(Kind kind, List<String> bad) {
        Resting unused = start(kind, bad, new CountDownLatch(0), new CountDownLatch(0));
    }

    private Resting start(Kind kind, List<String> bad, CountDownLatch entered, CountDownLatch leave) {
        Resting made = make(kind, bad, entered, leave);
        made.start().run();
        return made;
    }

    private Resting make(Kind kind, List<String> bad, CountDownLatch entered, CountDownLatch leave) {
        ConsumerConfig config = config().consumeThreads(1)
                .consumeBatchSize(1)
                .startFrom(StartPosition.earliest())
                .consumeMode(kind == Kind.POP ? ConsumeMode.POP : ConsumeMode.PULL)
                .build();
        switch (kind) {
            case ORDERED -> {
                OrderConsumer consumer = MQFactory.createOrderedConsumer(config);
                opened.add(consumer);
                consumer.subscribe(topic, "*", (message, context) -> {
                    if (isGood(message, bad, entered, leave)) {
                        return OrderAction.Success;
                    }
                    context.deadLetter(body(message) + ": not to be consumed");
                    return OrderAction.Suspend;
                });
                return new Resting(consumer::start, consumer::suspend, consumer::resume);
            }
            case BATCH -> {
                BatchConsumer consumer = MQFactory.createBatchConsumer(config);
                opened.add(consumer);
                consumer.subscribe(topic, "*", (messages, context) -> {
                    if (isGood(messages.get(0), bad, entered, leave)) {
                        return Action.CommitMessage;
                    }
                    context.deadLetter(body(messages.get(0)) + ": not to be consumed");
                    return Action.ReconsumeLater;
                });
                return new Resting(consumer::start, consumer::suspend, consumer::resume);
            }
            default -> {
                Consumer consumer = MQFactory.createConsumer(config);
                opened.add(consumer);
                consumer.subscribe(topic, "*", (message, context) -> {
                    if (isGood(message, bad, entered, leave)) {
                        return Action.CommitMessage;
                    }
                    context.deadLetter(body(message) + ": not to be consumed");
                    throw new IllegalStateException("the listener fails on purpose");
                });
                return new Resting(consumer::start, consumer::suspend, consumer::resume);
            }
        }
    }

    private boolean isGood(Message message, List<String> bad, CountDownLatch entered, CountDownLatch leave) {
        received.add(message);
        entered.countDown();
        try {
            assertThat(leave.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !bad.contains(body(message));
    }

    private ConsumerConfig.Builder config() {
        return ConsumerConfig.builder(ClientConfig.of(BROKER.address()), group);
    }

    private Producer producer() {
        Producer producer =
                MQFactory.createProducer(ProducerConfig.builder(ClientConfig.of(BROKER.address()), group + "-p")
                        .build());
        opened.add(producer);
        producer.start();
        return producer;
    }

    private List<String> send(String... bodies) {
        List<String> ids = new ArrayList<>();
        try (Producer producer =
                MQFactory.createProducer(ProducerConfig.builder(ClientConfig.of(BROKER.address()), group + "-s")
                        .build())) {
            producer.start();
            for (String body : bodies) {
                Message message = new Message(topic, "", bytes(body));
                message.putUserProperties("colour", "blue");
                ids.add(producer.send(message).getMessageId());
            }
        }
        return ids;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
