package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/** An application with Spring Cloud Stream bindings among genuine clients: the same one on either broker, by configuration only. */
@ExtendWith(InteropLab.Resolver.class)
abstract class StreamBinderContract {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BrokerTarget broker;
    private final Messaging genuine;
    private final String in;
    private final String out;
    private final String raw;
    private final String parts;
    private final String group;
    private ConfigurableApplicationContext application;

    StreamBinderContract(InteropLab lab, BrokerTarget broker) {
        this.broker = broker;
        this.genuine = lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
        this.in = lab.name("stream_in");
        this.out = lab.name("stream_out");
        this.raw = lab.name("stream_raw");
        this.parts = lab.name("stream_parts");
        this.group = lab.name("stream_group");
    }

    record Order(String id, int amount) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Function<Message<String>, Message<String>> upper() {
            return message -> {
                if (message.getPayload().startsWith("bad")) {
                    throw new IllegalArgumentException("no good");
                }
                return MessageBuilder.withPayload(message.getPayload().toUpperCase(Locale.ROOT))
                        .copyHeaders(message.getHeaders())
                        .setHeader("length", message.getPayload().length())
                        .build();
            };
        }

        @Bean
        Queue<Message<Order>> received() {
            return new ConcurrentLinkedQueue<>();
        }

        @Bean
        Consumer<Message<Order>> orders(Queue<Message<Order>> received) {
            return received::add;
        }
    }

    @BeforeEach
    void start() {
        application = Applications.withoutLogging(Application.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "ternmq.name-server=" + broker.nameServer(),
                        "ternmq.request-timeout=30s",
                        "ternmq.instance-name=" + group,
                        "spring.cloud.stream.default-binder=ternmq",
                        "spring.cloud.stream.binding-retry-interval=0",
                        "spring.cloud.function.definition=upper;orders",
                        "spring.cloud.stream.output-bindings=parts",
                        "spring.cloud.stream.bindings.upper-in-0.destination=" + in,
                        "spring.cloud.stream.bindings.upper-in-0.group=" + group,
                        "spring.cloud.stream.bindings.upper-in-0.consumer.max-attempts=1",
                        "spring.cloud.stream.ternmq.bindings.upper-in-0.consumer.on-failure=dead_letter",
                        "spring.cloud.stream.bindings.upper-out-0.destination=" + out,
                        "spring.cloud.stream.bindings.orders-in-0.destination=" + raw,
                        "spring.cloud.stream.bindings.orders-in-0.group=" + group + "_orders",
                        "spring.cloud.stream.bindings.parts.destination=" + parts,
                        "spring.cloud.stream.bindings.parts.producer.partition-count=3",
                        "spring.cloud.stream.bindings.parts.producer.partition-key-expression=headers['n']")
                .run();
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private void send(Outgoing message) {
        try (TestProducer producer = genuine.producer(ProducerSettings.of(broker.nameServer(), group + "_senders"))) {
            producer.send(message);
        }
    }

    private List<Delivered> receive(String topic, int count) {
        try (TestConsumer consumer =
                genuine.consumer(ConsumerSettings.of(broker.nameServer(), group + "_readers_" + topic, topic))) {
            await().atMost(PATIENCE).until(() -> consumer.received().size() >= count);
            return consumer.received();
        }
    }

    @Test
    void functionHandlesWhatGenuineClientSendsAndGenuineClientGetsTheResult() {
        send(Outgoing.text(in, "hello")
                .tagged("T")
                .keyed("K1")
                .with(Map.of("colour", "red", "contentType", "text/plain")));

        Delivered result = receive(out, 1).get(0);
        assertThat(result.text()).isEqualTo("HELLO");
        assertThat(result.properties())
                .containsEntry("colour", "red")
                .containsEntry("length", "5")
                .containsEntry("contentType", "text/plain");
        assertThat(result.tag()).isEqualTo("T");
        assertThat(result.key()).isEqualTo("K1");
    }

    /** As the RocketMQ binder of Spring Cloud Alibaba writes it: every header as a text, Spring's id and time among them. */
    @Test
    void messageOfTheOtherBinderIsUnderstood() {
        byte[] body = "{\"id\":\"A1\",\"amount\":7}".getBytes(StandardCharsets.UTF_8);
        send(new Outgoing(
                raw,
                "T",
                "K1 K2",
                Map.of(
                        "id", "0a5b1a1e-3f6c-4a2e-8d57-2f0f6d3f1c11",
                        "timestamp", "1700000000000",
                        "contentType", "application/json",
                        "region", "EU",
                        "number", "42"),
                body));

        Queue<Message<Order>> received = received();
        await().atMost(PATIENCE).until(() -> !received.isEmpty());
        Message<Order> message = received.element();
        assertThat(message.getPayload()).isEqualTo(new Order("A1", 7));
        assertThat(message.getHeaders())
                .containsEntry("region", "EU")
                .containsEntry("number", "42")
                .containsEntry("ternmq_tags", "T")
                .containsEntry("ternmq_keys", "K1 K2");
        assertThat(message.getHeaders().getId())
                .hasToString(message.getHeaders().get("id").toString());
    }

    @SuppressWarnings("unchecked")
    private Queue<Message<Order>> received() {
        return application.getBean("received", Queue.class);
    }

    /** What that binder reads: tag and keys in their places, headers as texts under their names. */
    @Test
    void messageForTheOtherBinderIsAsItExpects() {
        application
                .getBean(StreamBridge.class)
                .send(
                        out,
                        MessageBuilder.withPayload(new Order("A1", 7))
                                .setHeader("TAGS", "T")
                                .setHeader("KEYS", "K1")
                                .setHeader("number", 42)
                                .build());

        Delivered message = receive(out, 1).get(0);
        assertThat(message.text()).isEqualTo("{\"id\":\"A1\",\"amount\":7}");
        assertThat(message.tag()).isEqualTo("T");
        assertThat(message.key()).isEqualTo("K1");
        assertThat(message.properties()).containsEntry("number", "42").containsEntry("contentType", "application/json");
    }

    @Test
    void partitionsAreQueues() {
        for (int n = 0; n < 3; n++) {
            application
                    .getBean(StreamBridge.class)
                    .send(
                            "parts",
                            MessageBuilder.withPayload("p" + n)
                                    .setHeader("n", n)
                                    .build());
        }

        assertThat(receive(parts, 3))
                .allSatisfy(message -> assertThat(message.text()).isEqualTo("p" + message.queueId()));
    }

    @Test
    void whatFailsIsDeadLetterWithItsReason() {
        send(Outgoing.text(in, "bad one"));

        Delivered letter = receive(in + "-" + group + "-dlq", 1).get(0);
        assertThat(letter.text()).isEqualTo("bad one");
        assertThat(letter.properties())
                .containsEntry("dead-letter-reason", "no good")
                .containsEntry("dead-letter-topic", in);
    }
}
