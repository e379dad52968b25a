package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscriptions by condition, client and broker together. */
class SubscriptionsIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String topic = "filtered-" + NAMES.incrementAndGet();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final List<Admin> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
    }

    @Test
    void deliversOnlyWhatTheConditionWants() {
        Producer producer = producer();
        send(producer, "hangzhou", 5);
        consumer(MessageSelector.bySql("region = 'hangzhou' AND price > 10"));

        send(producer, "hangzhou", 20);
        send(producer, "beijing", 30);
        send(producer, "hangzhou", 40);

        await().until(() -> received.size() == 2);
        send(producer, "hangzhou", 50);
        await().until(() -> received.size() == 3);
        assertThat(received).containsExactlyInAnyOrder("hangzhou 20", "hangzhou 40", "hangzhou 50");
    }

    @Test
    void letsTheLastSubscriptionCount() {
        Producer producer = producer();
        Consumer consumer = consumer(MessageSelector.bySql("region = 'hangzhou'"));
        send(producer, "hangzhou", 1);
        await().until(() -> received.contains("hangzhou 1"));

        consumer.subscribe(topic, MessageSelector.bySql("region = 'beijing'"), this::accept);
        send(producer, "hangzhou", 2);
        send(producer, "beijing", 3);

        await().until(() -> received.contains("beijing 3"));
        assertThat(received).doesNotContain("hangzhou 2");
    }

    @Test
    void tellsTheConsumerWhereItsExpressionIsWrong() {
        send(producer(), "hangzhou", 1);

        assertThatThrownBy(() -> consumer(MessageSelector.bySql("region = 'hangzhou' AND OR")))
                .isInstanceOfSatisfying(
                        MQClientException.class,
                        e -> assertThat(e.getResponseCode()).isEqualTo(23))
                .hasMessageContaining("position=25");
    }

    private Action accept(Message message, ConsumeContext context) {
        received.add(new String(message.getBody(), StandardCharsets.UTF_8));
        return Action.CommitMessage;
    }

    private Producer producer() {
        Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(client(), topic + "-producers").build());
        opened.add(producer);
        producer.start();
        return producer;
    }

    private Consumer consumer(MessageSelector selector) {
        Consumer consumer = MQFactory.createConsumer(
                ConsumerConfig.builder(client(), topic + "-group").build());
        opened.add(consumer);
        consumer.subscribe(topic, selector, this::accept);
        consumer.start();
        return consumer;
    }

    private void send(Producer producer, String region, int price) {
        Message message = new Message(topic, "", (region + " " + price).getBytes(StandardCharsets.UTF_8));
        message.putUserProperties("region", region);
        message.putUserProperties("price", Integer.toString(price));
        producer.send(message);
    }

    private static ClientConfig client() {
        return ClientConfig.of(BROKER.address());
    }
}
