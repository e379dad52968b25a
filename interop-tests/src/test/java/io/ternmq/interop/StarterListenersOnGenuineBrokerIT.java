package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.RemoteListenerException;
import io.ternmq.spring.listener.Acknowledgement;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.support.TernMQHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.support.MessageBuilder;
import reactor.core.publisher.Mono;

/** What a listener may subscribe to, ask for and return, in one application on a genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StarterListenersOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int QUEUES = 2;

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private ConfigurableApplicationContext application;
    private MessageTemplate template;

    StarterListenersOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("listeners");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({
        Tags.class,
        Conditions.class,
        Batches.class,
        Ordered.class,
        ByTag.class,
        ByType.class,
        OfTheClient.class,
        Acknowledging.class,
        Later.class,
        Replying.class,
        Skipping.class
    })
    static class Application {}

    record Item(String id, int amount) {}

    @BeforeAll
    void start() {
        Applications.createTopics(
                lab,
                broker,
                QUEUES,
                t,
                "_orders",
                "_stock",
                "_priced",
                "_batches",
                "_status",
                "_shop",
                "_events",
                "_plain",
                "_held",
                "_later",
                "_questions",
                "_in",
                "_out");
        application = Applications.start(lab, broker, Application.class, "t=" + t);
        template = application.getBean(MessageTemplate.class);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    static class Tags {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = {"${t}_orders:create||pay", "${t}_stock"},
                group = "#{'${t}' + '_tags'}")
        void take(Item item, @Header(name = TernMQHeaders.TAGS, required = false) @Nullable String tag) {
            got.add(item.id() + " " + tag);
        }
    }

    @Test
    void choosesByTagsFromSeveralTopics() {
        template.convertAndSend(t + "_orders:create", new Item("created", 1));
        template.convertAndSend(t + "_orders:other", new Item("not wanted", 1));
        template.convertAndSend(t + "_orders:pay", new Item("paid", 1));
        template.convertAndSend(t + "_stock", new Item("stocked", 1));

        Tags bean = application.getBean(Tags.class);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(bean.got).containsExactlyInAnyOrder("created create", "paid pay", "stocked null"));
    }

    static class Conditions {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_priced", group = "${t}_sql", selector = "price > 10 AND region = 'north'")
        @MessageListener(topics = "${t}_priced", group = "${t}_pop", tags = "wanted", consumeMode = "pop")
        void take(String text, @Header(TernMQHeaders.GROUP) String group) {
            got.add(group.substring(group.lastIndexOf('_') + 1) + ":" + text);
        }
    }

    /** A genuine broker evaluates conditions if it has {@code enablePropertyFilter=true}. */
    @Test
    void choosesByConditionAndRepeatedlyAndOneByOne() {
        template.convertAndSend(t + "_priced:wanted", "cheap", Map.of("price", 5, "region", "north"));
        template.convertAndSend(t + "_priced", "dear", Map.of("price", 50, "region", "north"));
        template.convertAndSend(t + "_priced", "south", Map.of("price", 50, "region", "south"));

        Conditions bean = application.getBean(Conditions.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.got).containsExactlyInAnyOrder("sql:dear", "pop:cheap"));
    }

    static class Batches {

        final Queue<List<String>> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = "${t}_batches",
                group = "${t}_batches",
                batchSize = "4",
                autoStartup = "false",
                id = "batches")
        void take(List<org.springframework.messaging.Message<Item>> items) {
            got.add(items.stream()
                    .map(item -> item.getPayload().id() + item.getHeaders().get(TernMQHeaders.KEYS, String.class))
                    .toList());
        }
    }

    @Test
    void handsOverListsOfWhatIsThere() {
        for (int i = 0; i < 16; i++) {
            template.destination(t + "_batches").key("k" + i).send(new Item("o" + i, i));
        }
        application.getBean(ListenerRegistry.class).start("batches");

        Batches bean = application.getBean(Batches.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.got.stream().flatMap(List::stream))
                        .hasSize(16)
                        .contains("o3k3"));
        assertThat(bean.got).allMatch(batch -> batch.size() <= 4).anyMatch(batch -> batch.size() > 1);
    }

    static class Ordered {

        final Queue<String> got = new ConcurrentLinkedQueue<>();
        final AtomicInteger failures = new AtomicInteger();

        @MessageListener(topics = "${t}_status", group = "${t}_ordered", ordered = "true")
        OrderAction take(String text, ConsumeOrderContext context) {
            if (text.equals("3") && failures.getAndIncrement() < 2) {
                context.suspendFor(Duration.ofMillis(20));
                return OrderAction.Suspend;
            }
            got.add(text);
            return OrderAction.Success;
        }
    }

    @Test
    void handlesTheMessagesOfAKeyInOrderAndHoldsThemUp() {
        List<String> texts = List.of("0", "1", "2", "3", "4", "5", "6", "7");
        texts.forEach(text ->
                template.destination(t + "_status").shardingKey("order-1").send(text));

        Ordered bean = application.getBean(Ordered.class);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bean.got).containsExactlyElementsOf(texts));
        assertThat(bean.failures).hasValue(3);
    }

    @MessageListener(topics = "${t}_shop", group = "${t}_by_tag")
    static class ByTag {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @TagHandler("create")
        void created(Item order) {
            got.add("created " + order.id());
        }

        @TagHandler({"pay", "refund"})
        void paid(String text, @Header(TernMQHeaders.TAGS) String tag) {
            got.add(tag + " " + text);
        }
    }

    @Test
    void choosesTheMethodOfAClassByTag() {
        template.convertAndSend(t + "_shop:create", new Item("A", 1));
        template.convertAndSend(t + "_shop:other", "nobody");
        template.convertAndSend(t + "_shop:refund", "A");

        ByTag bean = application.getBean(ByTag.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.got).containsExactlyInAnyOrder("created A", "refund A"));
    }

    record Shipped(String id) {}

    @MessageListener(topics = "${t}_events", group = "${t}_by_type")
    static class ByType {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @TagHandler
        void item(Item item) {
            got.add("item " + item.id());
        }

        @TagHandler
        void shipped(Shipped shipped) {
            got.add("shipped " + shipped.id());
        }

        @TagHandler
        void other(String text) {
            got.add("other " + text);
        }
    }

    @Test
    void choosesTheMethodOfAClassByTheTypeOfThePayload() {
        template.convertAndSend(t + "_events", new Item("A", 1), Map.of("payloadType", Item.class.getName()));
        template.convertAndSend(t + "_events", new Shipped("A"), Map.of("payloadType", Shipped.class.getName()));
        template.convertAndSend(t + "_events", "text");

        ByType bean = application.getBean(ByType.class);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(bean.got).containsExactlyInAnyOrder("item A", "shipped A", "other text"));
    }

    @MessageListener(topics = "${t}_plain", group = "${t}_plain")
    static class OfTheClient implements io.ternmq.client.MessageListener {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @Override
        public Action consume(Message message, ConsumeContext context) {
            got.add(new String(message.getBody(), StandardCharsets.UTF_8));
            return Action.CommitMessage;
        }
    }

    static class Skipping implements ListenerInterceptor {

        final Queue<ListenerCall> calls = new ConcurrentLinkedQueue<>();

        @Override
        public Object around(ListenerCall call, Next next) throws Exception {
            if (call.messages().get(0).getTag().equals("skip")) {
                calls.add(call);
                return null;
            }
            return next.proceed();
        }
    }

    @Test
    void takesAListenerOfTheClientAndPutsInterceptorsAroundIt() {
        template.convertAndSend(t + "_plain:skip", "left out");
        template.convertAndSend(t + "_plain", "handled");

        Skipping interceptor = application.getBean(Skipping.class);
        OfTheClient bean = application.getBean(OfTheClient.class);
        await().atMost(PATIENCE).until(() -> interceptor.calls.size() == 1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bean.got).containsExactly("handled"));
    }

    static class Acknowledging {

        final Queue<Acknowledgement> held = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_held", group = "${t}_held", concurrency = "1")
        void take(String text, Acknowledgement acknowledgement) {
            held.add(acknowledgement);
        }
    }

    @Test
    void waitsForTheAcknowledgement() {
        template.convertAndSend(t + "_held", "first");
        template.convertAndSend(t + "_held", "second");
        Queue<Acknowledgement> held = application.getBean(Acknowledging.class).held;

        await().atMost(PATIENCE).until(() -> held.size() == 1);
        await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> held.size() == 1);
        held.element().retry(Duration.ofSeconds(1));
        await("the second message, and the first one once more")
                .atMost(PATIENCE)
                .until(() -> {
                    held.forEach(Acknowledgement::acknowledge);
                    return held.size() == 3;
                });
    }

    static class Later {

        final Queue<String> calls = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_later", group = "${t}_future", retry = @Retry(delays = "1s"))
        CompletableFuture<Void> future(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            calls.add("future " + times);
            return times == 0
                    ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
                    : CompletableFuture.runAsync(() -> calls.add("future done"));
        }

        @MessageListener(topics = "${t}_later", group = "${t}_mono", retry = @Retry(delays = "1s"))
        Mono<Void> mono(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            return Mono.delay(Duration.ofMillis(5)).then(Mono.fromRunnable(() -> {
                calls.add("mono " + times);
                if (times == 0) {
                    throw new IllegalStateException("not yet");
                }
            }));
        }
    }

    @Test
    void commitsWhenWhatItReturnsIsCompleteAndTriesAgainWhenThatFails() {
        template.convertAndSend(t + "_later", "x");

        Later bean = application.getBean(Later.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.calls)
                        .containsExactlyInAnyOrder("future 0", "mono 0", "future 1", "future done", "mono 1"));
    }

    static class Replying {

        final Queue<String> forwarded = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_questions", group = "${t}_answers", returnExceptions = "true")
        String answer(String question) {
            if (question.equals("none")) {
                throw new IllegalArgumentException("no question");
            }
            return question + "? yes";
        }

        @MessageListener(topics = "${t}_in", group = "${t}_forward")
        @SendTo("${t}_out:converted")
        CompletableFuture<org.springframework.messaging.Message<Item>> forward(String text) {
            return CompletableFuture.completedFuture(MessageBuilder.withPayload(new Item(text, 7))
                    .setHeader(TernMQHeaders.KEYS, "key-" + text)
                    .build());
        }

        @MessageListener(topics = "${t}_in", group = "${t}_split")
        @SendTo("${t}_!{result.size() == 2 ? 'out' : 'nowhere'}:split")
        List<org.springframework.messaging.Message<Item>> split(String text) {
            return List.of(
                    MessageBuilder.withPayload(new Item(text, 1))
                            .setHeader(TernMQHeaders.KEYS, "first")
                            .build(),
                    MessageBuilder.withPayload(new Item(text, 2))
                            .setHeader(TernMQHeaders.KEYS, "second")
                            .build());
        }

        @MessageListener(topics = "${t}_out", group = "${t}_out")
        void out(Item item, @Header(TernMQHeaders.KEYS) String key, @Header(TernMQHeaders.TAGS) String tag) {
            forwarded.add(item.id() + item.amount() + key + tag);
        }
    }

    @Test
    void repliesToRequestsAndSendsResultsOn() {
        template.convertAndSend(t + "_in", "o1");

        assertThat(template.sendAndReceive(t + "_questions", "ready", String.class, PATIENCE))
                .isEqualTo("ready? yes");
        Replying bean = application.getBean(Replying.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.forwarded)
                        .containsExactlyInAnyOrder("o17key-o1converted", "o11firstsplit", "o12secondsplit"));
    }

    @Test
    void returnsTheExceptionOfARequest() {
        assertThatExceptionOfType(RemoteListenerException.class)
                .isThrownBy(() -> template.sendAndReceive(t + "_questions", "none", String.class, PATIENCE))
                .withMessageContaining("exception=java.lang.IllegalArgumentException, text=no question");
    }
}
