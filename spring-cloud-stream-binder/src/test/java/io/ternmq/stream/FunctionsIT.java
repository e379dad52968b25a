package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.PATIENCE;
import static io.ternmq.stream.StreamApplication.read;
import static io.ternmq.stream.StreamApplication.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.Message;

/** Functions, consumers, suppliers and the bridge, and what can be set about their bindings. */
class FunctionsIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static ConfigurableApplicationContext application;

    record Order(String id, String region, int amount) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Map<String, Queue<Message<?>>> received() {
            return List.of("tagged", "selected", "batched", "nosy", "ordered", "nativ", "late", "raw", "popped")
                    .stream()
                    .collect(Collectors.toMap(name -> name, name -> new ConcurrentLinkedQueue<>()));
        }

        @Bean
        Function<Order, Order> enrich() {
            return order -> new Order(order.id(), order.region(), order.amount() * 2);
        }

        @Bean
        Supplier<String> tick() {
            return () -> "tick";
        }

        @Bean
        Consumer<Message<String>> tagged(Map<String, Queue<Message<?>>> received) {
            return received.get("tagged")::add;
        }

        @Bean
        Consumer<Message<String>> selected(Map<String, Queue<Message<?>>> received) {
            return received.get("selected")::add;
        }

        @Bean
        Consumer<Message<List<String>>> batched(Map<String, Queue<Message<?>>> received) {
            return received.get("batched")::add;
        }

        @Bean
        Consumer<Message<String>> nosy(Map<String, Queue<Message<?>>> received) {
            return received.get("nosy")::add;
        }

        @Bean
        Consumer<Message<String>> ordered(Map<String, Queue<Message<?>>> received) {
            return received.get("ordered")::add;
        }

        @Bean
        Consumer<Message<io.ternmq.client.Message>> nativ(Map<String, Queue<Message<?>>> received) {
            return received.get("nativ")::add;
        }

        @Bean
        Consumer<Message<String>> late(Map<String, Queue<Message<?>>> received) {
            return received.get("late")::add;
        }

        @Bean
        Consumer<Message<byte[]>> raw(Map<String, Queue<Message<?>>> received) {
            return received.get("raw")::add;
        }

        @Bean
        Consumer<Message<String>> popped(Map<String, Queue<Message<?>>> received) {
            return received.get("popped")::add;
        }
    }

    @BeforeAll
    static void start() {
        application = StreamApplication.start(
                BROKER,
                Application.class,
                "spring.application.name=functions",
                "spring.cloud.function.definition="
                        + "enrich;tick;tagged;selected;batched;nosy;ordered;nativ;late;raw;popped",
                "spring.cloud.stream.output-bindings=told;keyed;delayed;oneway;async;nativeOut",
                "spring.cloud.stream.ternmq.default.consumer.pull-batch-size=64",
                set("bindings.enrich-in-0.destination", "orders"),
                set("bindings.enrich-in-0.group", "enricher"),
                set("bindings.enrich-out-0.destination", "enriched"),
                set("bindings.tick-out-0.destination", "ticks"),
                set("bindings.tick-out-0.producer.poller.fixed-delay", "50"),
                set("bindings.tagged-in-0.destination", "told"),
                set("bindings.tagged-in-0.group", "tagged"),
                set("ternmq.bindings.tagged-in-0.consumer.tags", "EU||ASIA"),
                set("bindings.selected-in-0.destination", "told"),
                set("bindings.selected-in-0.group", "selected"),
                set("ternmq.bindings.selected-in-0.consumer.sql", "amount > 100"),
                set("bindings.batched-in-0.destination", "batches"),
                set("bindings.batched-in-0.group", "batched"),
                set("bindings.batched-in-0.consumer.batch-mode", "true"),
                set("bindings.batched-in-0.content-type", "text/plain"),
                set("ternmq.bindings.batched-in-0.consumer.batch-size", "10"),
                set("bindings.nosy-in-0.destination", "told"),
                set("bindings.nosy-in-0.group", "nosy"),
                set("ternmq.bindings.nosy-in-0.consumer.message-model", "broadcasting"),
                set("bindings.ordered-in-0.destination", "keyed"),
                set("bindings.ordered-in-0.group", "ordered"),
                set("bindings.ordered-in-0.consumer.concurrency", "4"),
                set("ternmq.bindings.ordered-in-0.consumer.ordered", "true"),
                set("bindings.nativ-in-0.destination", "natives"),
                set("bindings.nativ-in-0.group", "nativ"),
                set("bindings.nativ-in-0.consumer.use-native-decoding", "true"),
                set("bindings.late-in-0.destination", "delayed"),
                set("bindings.late-in-0.group", "late"),
                set("bindings.raw-in-0.destination", "raws"),
                set("bindings.raw-in-0.group", "raw"),
                set("bindings.popped-in-0.destination", "pops"),
                set("bindings.popped-in-0.group", "popped"),
                set("ternmq.bindings.popped-in-0.consumer.consume-mode", "pop"),
                set("bindings.told.destination", "told"),
                set("bindings.told.content-type", "text/plain"),
                set("ternmq.bindings.told.producer.tag-expression", "headers['region']"),
                set("ternmq.bindings.told.producer.keys-expression", "payload"),
                set("bindings.keyed.destination", "keyed"),
                set("ternmq.bindings.keyed.producer.sharding-key-expression", "headers['order']"),
                set("bindings.delayed.destination", "delayed"),
                set("ternmq.bindings.delayed.producer.delay", "1h"),
                set("bindings.oneway.destination", "oneways"),
                set("ternmq.bindings.oneway.producer.send-mode", "oneway"),
                set("bindings.async.destination", "asyncs"),
                set("ternmq.bindings.async.producer.send-mode", "async"),
                set("bindings.nativeOut.destination", "natives"),
                set("bindings.nativeOut.producer.use-native-encoding", "true"));
    }

    private static String set(String key, String value) {
        return "spring.cloud.stream." + key + "=" + value;
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static StreamBridge bridge() {
        return application.getBean(StreamBridge.class);
    }

    @SuppressWarnings("unchecked")
    private static Queue<Message<?>> received(String name) {
        return ((Map<String, Queue<Message<?>>>) application.getBean("received")).get(name);
    }

    private static List<Object> payloads(String name) {
        return received(name).stream().<Object>map(Message::getPayload).toList();
    }

    private static void send(String binding, String payload, String header, Object value) {
        bridge().send(
                        binding,
                        MessageBuilder.withPayload(payload)
                                .setHeader(header, value)
                                .build());
    }

    @Test
    void functionReadsOneTopicAndWritesAnother() {
        bridge().send("orders", new Order("A1", "EU", 21));

        assertThat(read(BROKER, "enriched", 1)).singleElement().satisfies(message -> {
            assertThat(text(message)).contains("\"amount\":42");
            assertThat(message.getUserProperties("contentType")).isEqualTo("application/json");
        });
    }

    @Test
    void supplierIsAskedAgainAndAgain() {
        assertThat(read(BROKER, "ticks", 3)).extracting(StreamApplication::text).contains("tick");
    }

    @Test
    void consumersGetWhatTheirTagsAndConditionsSay() {
        for (String region : List.of("EU", "US", "ASIA")) {
            bridge().send(
                            "told",
                            MessageBuilder.withPayload("from " + region)
                                    .setHeader("region", region)
                                    .setHeader("amount", region.equals("US") ? 500 : 5)
                                    .build());
        }

        await().atMost(PATIENCE).until(() -> received("nosy").size() >= 3);
        await().atMost(PATIENCE).until(() -> payloads("tagged").containsAll(List.of("from EU", "from ASIA")));
        await().atMost(PATIENCE).until(() -> payloads("selected").contains("from US"));
        assertThat(payloads("tagged")).doesNotContain("from US");
        assertThat(payloads("selected")).doesNotContain("from EU", "from ASIA");
        Message<?> selected = received("selected").element();
        assertThat(selected.getHeaders())
                .containsEntry("amount", 500)
                .containsEntry(TernMQHeaders.TAGS, "US")
                .containsEntry(TernMQHeaders.KEYS, "from US")
                .containsEntry(TernMQHeaders.GROUP, "selected");
    }

    @Test
    void batchesHoldSeveralMessagesAndTheirHeaders() {
        IntStream.range(0, 50).forEach(i -> send("batches", "b" + i, "number", i));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(payloads("batched").stream()
                                .flatMap(batch -> ((List<?>) batch).stream())
                                .toList())
                        .hasSize(50));
        assertThat(payloads("batched"))
                .allSatisfy(batch -> assertThat((List<?>) batch).hasSizeLessThanOrEqualTo(10));
        Message<?> batch = received("batched").element();
        assertThat((List<?>) batch.getHeaders().get("scst_batchHeaders", List.class))
                .hasSameSizeAs((List<?>) batch.getPayload())
                .allSatisfy(headers ->
                        assertThat(((Map<?, ?>) headers).get("number")).isInstanceOf(Integer.class));
    }

    @Test
    void messagesOfOneShardingKeyStayInOrder() {
        for (int i = 0; i < 100; i++) {
            send("keyed", "k" + i % 5 + "-" + i, "order", "order-" + i % 5);
        }

        await().atMost(PATIENCE).until(() -> received("ordered").size() == 100);
        for (int key = 0; key < 5; key++) {
            String prefix = "k" + key + "-";
            assertThat(payloads("ordered").stream()
                            .map(Object::toString)
                            .filter(text -> text.startsWith(prefix))
                            .map(text -> Integer.valueOf(text.substring(prefix.length())))
                            .toList())
                    .isSorted()
                    .hasSize(20);
        }
    }

    @Test
    void delayedMessagesComeWhenTheyAreDue() {
        send("delayed", "in an hour", "x", "y");
        bridge().send(
                        "delayed",
                        MessageBuilder.withPayload("at once")
                                .setHeader(TernMQHeaders.DELIVER_AT, Instant.now())
                                .build());

        await().atMost(PATIENCE).until(() -> payloads("late").contains("at once"));
        assertThat(payloads("late")).doesNotContain("in an hour");
        BROKER.advanceTimers(Duration.ofHours(1));
        await().atMost(PATIENCE).until(() -> payloads("late").contains("in an hour"));
    }

    @Test
    void sendsAsynchronouslyAndOneway() {
        bridge().send("async", "a");
        bridge().send("oneway", "o");

        assertThat(read(BROKER, "asyncs", 1))
                .extracting(StreamApplication::text)
                .containsExactly("a");
        assertThat(read(BROKER, "oneways", 1))
                .extracting(StreamApplication::text)
                .containsExactly("o");
    }

    @Test
    void nativeMessagesPassAsTheyAre() {
        io.ternmq.client.Message message = new io.ternmq.client.Message("ignored", "T", "K", "native".getBytes());
        message.putUserProperties("colour", "red");
        bridge().send("nativeOut", message);

        await().atMost(PATIENCE).until(() -> received("nativ").size() == 1);
        io.ternmq.client.Message got =
                (io.ternmq.client.Message) received("nativ").element().getPayload();
        assertThat(got.getTopic()).isEqualTo("natives");
        assertThat(got.getTag()).isEqualTo("T");
        assertThat(got.getKey()).isEqualTo("K");
        assertThat(got.getUserProperties("colour")).isEqualTo("red");
    }

    @Test
    void headersKeepTheirTypesAndNothingElseIsLoaded() {
        UUID id = UUID.randomUUID();
        bridge().send(
                        "raws",
                        MessageBuilder.withPayload("typed")
                                .setHeader("uuid", id)
                                .setHeader("flag", true)
                                .setHeader("number", 7L)
                                .setHeader("order", new Order("A1", "EU", 1))
                                .build());

        await().atMost(PATIENCE).until(() -> payloads("raw").stream().anyMatch(FunctionsIT::isTyped));
        Message<?> got = received("raw").stream()
                .filter(one -> isTyped(one.getPayload()))
                .findFirst()
                .orElseThrow();
        assertThat(got.getHeaders())
                .containsEntry("uuid", id)
                .containsEntry("flag", true)
                .containsEntry("number", 7L)
                .containsEntry("order", Map.of("id", "A1", "region", "EU", "amount", 1));
    }

    private static boolean isTyped(Object payload) {
        return "typed".equals(new String((byte[]) payload));
    }

    @Test
    void emptyPayloadCannotBeSentAndThatIsTold() {
        assertThatThrownBy(() -> bridge().send("raws", new byte[0]))
                .hasStackTraceContaining("the message is empty: topic=raws; a message needs a body");
    }

    @Test
    void messagesCanBePopped() {
        bridge().send("pops", "popped");

        await().atMost(PATIENCE).until(() -> payloads("popped").contains("popped"));
    }

    @Test
    void namesThatCannotBeTopicsAreRefusedWithWayOut() {
        assertThatThrownBy(() -> bridge().send("not.a.topic", "x"))
                .hasStackTraceContaining("illegal name: destination=not.a.topic")
                .hasStackTraceContaining("a-z, A-Z, 0-9");
    }

    @Test
    void namesOfTheOtherBinderAreUnderstood() {
        bridge().send(
                        "alibaba",
                        MessageBuilder.withPayload("x")
                                .setHeader("TAGS", "T")
                                .setHeader("ROCKET_KEYS", "K1 K2")
                                .build());

        io.ternmq.client.Message got = read(BROKER, "alibaba", 1).get(0);
        assertThat(got.getTag()).isEqualTo("T");
        assertThat(got.getKey()).isEqualTo("K1 K2");
        assertThat(got.getUserProperties()).doesNotContainKeys("TAGS", "ROCKET_KEYS");
    }
}
