package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TraceStep;
import io.ternmq.client.admin.TraceStep.Kind;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way of a message, as its clients have told it to a real broker. Each test uses a topic and groups of its own. */
class TraceTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void tellsTheWholeWayOfAMessage() {
        AtomicInteger calls = new AtomicInteger();
        consume("t1", (message, context) -> {
            if (calls.getAndIncrement() == 0) {
                context.retryAfter(Duration.ofSeconds(1));
                return Action.ReconsumeLater;
            }
            return Action.CommitMessage;
        });
        Producer producer = producer("t1-producer", ClientConfig.of(BROKER.address()));
        Instant before = Instant.now();

        SendResult sent = producer.send(new Message("t1", "tag", "key", new byte[] {1, 2, 3}));

        List<TraceStep> steps = awaitSteps(sent.getMessageId(), 3);
        assertThat(steps).extracting(TraceStep::kind).containsExactly(Kind.SENT, Kind.CONSUMED, Kind.CONSUMED);
        assertThat(steps.get(0)).satisfies(step -> {
            assertThat(step.topic()).isEqualTo("t1");
            assertThat(step.group()).isEqualTo("t1-producer");
            assertThat(step.broker()).isEqualTo(BROKER.address());
            assertThat(step.success()).isTrue();
            assertThat(step.result()).isEqualTo("NORMAL");
        });
        assertThat(steps.get(1).result()).isEqualTo("FAILED");
        assertThat(steps.get(2)).satisfies(step -> {
            assertThat(step.group()).isEqualTo("t1-consumer");
            assertThat(step.result()).isEqualTo("SUCCESS");
            assertThat(step.retryTimes()).isEqualTo(1);
        });
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.clientHost()).isNotEmpty();
            assertThat(step.costMillis()).isNotNegative();
            assertThat(step.time()).isBetween(before.minusMillis(1000), Instant.now());
        });
    }

    @Test
    void tellsThatAListenerHasFailed() {
        consume("t2", (message, context) -> {
            throw new IllegalStateException("the listener fails on purpose");
        });
        Producer producer = producer("t2-producer", ClientConfig.of(BROKER.address()));

        SendResult sent = producer.send(new Message("t2", "", new byte[1]));

        assertThat(awaitSteps(sent.getMessageId(), 2).get(1))
                .matches(step -> !step.success() && step.result().equals("EXCEPTION"));
    }

    @Test
    void isSilentWhereItIsSwitchedOff() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, BROKER.address());
        properties.put(PropertyKeyConst.MsgTraceSwitch, "false");
        Producer silent = producer("t3-silent", ClientConfig.of(properties));
        Producer traced = producer("t3-traced", ClientConfig.of(BROKER.address()));

        SendResult first = silent.send(new Message("t3", "", new byte[1]));
        SendResult second = traced.send(new Message("t3", "", new byte[1]));

        awaitSteps(second.getMessageId(), 1);
        assertThat(admin().trace(first.getMessageId())).isEmpty();
    }

    @Test
    void tellsAboutEachOfManySendsThatShareRequests() {
        Producer producer = producer("t4-producer", ClientConfig.of(BROKER.address()));
        producer.send(new Message("t4", "", new byte[1]));
        var sends = java.util.stream.IntStream.range(0, 500)
                .mapToObj(i -> producer.sendAsync(new Message("t4", "", "key-" + i, new byte[1])))
                .toList();

        for (var send : List.of(sends.get(0), sends.get(250), sends.get(499))) {
            assertThat(awaitSteps(send.join().getMessageId(), 1)).hasSize(1);
        }
    }

    private List<TraceStep> awaitSteps(String messageId, int count) {
        AdminClient admin = admin();
        return await().atMost(SOON)
                .until(
                        () -> admin.trace(messageId),
                        steps -> steps.size() >= count
                                && steps.stream()
                                        .noneMatch(step -> step.result().equals("UNFINISHED")));
    }

    private AdminClient admin() {
        AdminClient admin = AdminClient.create(ClientConfig.of(BROKER.address()));
        opened.add(admin);
        return admin;
    }

    private Producer producer(String group, ClientConfig client) {
        Producer producer =
                MQFactory.createProducer(ProducerConfig.builder(client, group).build());
        opened.add(producer);
        producer.start();
        return producer;
    }

    private void consume(String topic, MessageListener listener) {
        Consumer consumer =
                MQFactory.createConsumer(ConsumerConfig.builder(ClientConfig.of(BROKER.address()), topic + "-consumer")
                        .startFrom(StartPosition.earliest())
                        .build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", listener);
        consumer.start();
    }
}
