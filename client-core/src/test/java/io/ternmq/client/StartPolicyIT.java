package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of every kind that are started before their broker. */
@Timeout(120)
class StartPolicyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port = LoopbackPorts.find();
    private final EmbeddedBroker broker = new EmbeddedBroker(settings -> settings.port(port));
    private final List<Admin> opened = new ArrayList<>();
    private final Set<String> received = ConcurrentHashMap.newKeySet();

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
        broker.stop();
    }

    @Test
    void inTheBackgroundAllKindsWorkOnceTheBrokerIsThere() throws IOException {
        ClientConfig client = client(StartPolicy.BACKGROUND);
        Producer producer = start(
                MQFactory.createProducer(ProducerConfig.builder(client, "GID_P").build()));
        Consumer concurrent =
                MQFactory.createConsumer(consumer(client, "GID_CONCURRENT").build());
        concurrent.subscribe("early", "*", (message, context) -> {
            received.add("concurrent");
            return Action.CommitMessage;
        });
        start(concurrent);
        Consumer popping = MQFactory.createConsumer(
                consumer(client, "GID_POP").consumeMode(ConsumeMode.POP).build());
        popping.subscribe("early", "*", (message, context) -> {
            received.add("pop");
            return Action.CommitMessage;
        });
        start(popping);
        OrderConsumer ordered =
                MQFactory.createOrderedConsumer(consumer(client, "GID_ORDERED").build());
        ordered.subscribe("early", "*", (message, context) -> {
            received.add("ordered");
            return OrderAction.Success;
        });
        start(ordered);
        BatchConsumer batches =
                MQFactory.createBatchConsumer(consumer(client, "GID_BATCH").build());
        batches.subscribe("early", "*", (messages, context) -> {
            received.add("batch");
            return Action.CommitMessage;
        });
        start(batches);
        PullConsumer polling = MQFactory.createPullConsumer(PullConsumerConfig.builder(client, "GID_POLL")
                .startFrom(StartPosition.earliest())
                .build());
        polling.subscribe("early", "*");
        start(polling);
        assertThatThrownBy(() -> producer.send(message()))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("could not be sent in time");

        broker.start();

        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(MQClientException.class)
                .until(() -> producer.send(message()) != null);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(received).containsExactlyInAnyOrder("concurrent", "pop", "ordered", "batch"));
        await().atMost(PATIENCE)
                .until(() -> !polling.poll(Duration.ofMillis(200)).isEmpty());
    }

    @Test
    void transactionsAreAskedAboutAlthoughTheirProducerHasNeverSent() throws Exception {
        ClientConfig client = client(StartPolicy.BACKGROUND);
        TransactionProducer early = MQFactory.createTransactionProducer(
                ProducerConfig.builder(client, "GID_T").build(), message -> TransactionStatus.CommitTransaction);
        start(early);
        broker.start();

        // Another process of the group sends, and ends before it knows.
        TransactionProducer other = MQFactory.createTransactionProducer(
                ProducerConfig.builder(
                                ClientConfig.builder("127.0.0.1:" + port)
                                        .instanceName("other")
                                        .build(),
                                "GID_T")
                        .build(),
                message -> TransactionStatus.Unknow);
        start(other);
        other.send(message(), (message, argument) -> TransactionStatus.Unknow, null);
        other.shutdown();

        await().atMost(PATIENCE).until(() -> {
            broker.advanceTimers(Duration.ofSeconds(10));
            return !broker.published("early").now().isEmpty();
        });
    }

    @Test
    void waitsNoLongerThanItIsTold() {
        Producer producer = MQFactory.createProducer(ProducerConfig.builder(
                        ClientConfig.builder("127.0.0.1:" + port)
                                .startPolicy(StartPolicy.WAIT)
                                .startTimeout(Duration.ofMillis(300))
                                .build(),
                        "GID_P")
                .build());

        assertThatThrownBy(producer::start)
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }

    private ClientConfig client(StartPolicy policy) {
        return ClientConfig.builder("127.0.0.1:" + port)
                .requestTimeout(Duration.ofSeconds(2))
                .startPolicy(policy)
                .build();
    }

    private static ConsumerConfig.Builder consumer(ClientConfig client, String group) {
        return ConsumerConfig.builder(client, group).startFrom(StartPosition.earliest());
    }

    private <A extends Admin> A start(A client) {
        opened.add(client);
        client.start();
        return client;
    }

    private static Message message() {
        return new Message("early", "", "x".getBytes(StandardCharsets.UTF_8));
    }
}
