package io.ternmq.client;

import static org.awaitility.Awaitility.await;

import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.LoopbackPorts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A producer that answers for transactions of others and has sent nothing itself, on a broker that creates no topics by itself: no route
 * tells the producer that there is this broker.
 */
class TransactionSuccessorIT {

    private static final String TOPIC = "payments";
    private static final String GROUP = "bank";

    private final int port = LoopbackPorts.find();
    private final EmbeddedBroker broker = new EmbeddedBroker(settings -> settings.port(port)
            .autoCreateTopics(false)
            .transactions(new TransactionConfig(Duration.ofMillis(300), Duration.ofMillis(100), 0, 1000)));
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        broker.stop();
    }

    @Test
    void isAskedAboutWhatItsPredecessorHasLeft() throws Exception {
        broker.start();
        createTopic();
        leaveOneBehind();

        try (TransactionProducer successor = successor()) {
            successor.start();

            await().until(() -> asked.contains("half way"));
        }
    }

    @Test
    void isAskedAlsoIfItHasStartedBeforeTheBroker() throws Exception {
        try (TransactionProducer successor = successor()) {
            successor.start();
            broker.start();
            createTopic();
            leaveOneBehind();

            await().until(() -> asked.contains("half way"));
        }
    }

    private TransactionProducer successor() {
        return MQFactory.createTransactionProducer(
                ProducerConfig.builder(client("successor"), GROUP).build(), message -> {
                    asked.add(new String(message.getBody(), StandardCharsets.UTF_8));
                    return TransactionStatus.CommitTransaction;
                });
    }

    private void createTopic() {
        try (AdminClient admin = AdminClient.create(client("operator"))) {
            admin.createTopic(TopicSpec.of(TOPIC, 1));
        }
    }

    private void leaveOneBehind() {
        try (TransactionProducer first = MQFactory.createTransactionProducer(
                ProducerConfig.builder(client("first"), GROUP).build(), message -> TransactionStatus.Unknow)) {
            first.start();
            first.send(
                    new Message(TOPIC, "", "half way".getBytes(StandardCharsets.UTF_8)),
                    (message, arg) -> TransactionStatus.Unknow,
                    null);
        }
    }

    private ClientConfig client(String instance) {
        return ClientConfig.builder("127.0.0.1:" + port)
                .instanceName(instance)
                .startPolicy(StartPolicy.BACKGROUND)
                .build();
    }
}
