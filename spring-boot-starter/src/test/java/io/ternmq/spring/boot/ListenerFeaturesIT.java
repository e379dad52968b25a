package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.OrderAction;
import io.ternmq.client.Producer;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;
import reactor.core.publisher.Mono;

/** What a listener may ask for, return and subscribe to, against the embedded broker. */
class ListenerFeaturesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues("ternmq.consumer.consume-from=earliest");

    record Item(String id, int amount) {}

    static class Batches {

        final Queue<List<Item>> batches = new ConcurrentLinkedQueue<>();
        final Queue<List<String>> raw = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "orders", group = "batch", batchSize = "4", autoStartup = "false", id = "batch")
        void take(List<Item> orders, @Header(TernMQHeaders.TOPIC) String topic) {
            assertThat(topic).isEqualTo("orders");
            batches.add(orders);
        }

        @MessageListener(topics = "orders", group = "raw", batchSize = "4")
        void takeMessages(List<org.springframework.messaging.Message<Item>> orders) {
            raw.add(orders.stream()
                    .map(order -> order.getPayload().id() + order.getHeaders().get(TernMQHeaders.KEYS, String.class))
                    .toList());
        }
    }

    @Test
    void handsOverListsOfPayloadsOrMessages() {
        runner.withBean(Batches.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            for (int i = 0; i < 16; i++) {
                template.destination("orders").key("k" + i).send(new Item("o" + i, i));
            }
            Batches bean = context.getBean(Batches.class);
            context.getBean(ListenerRegistry.class).start("batch");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bean.batches.stream().flatMap(List::stream))
                            .hasSize(16));
            assertThat(bean.batches).allMatch(batch -> batch.size() <= 4).anyMatch(batch -> batch.size() > 1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bean.raw.stream().flatMap(List::stream))
                            .hasSize(16)
                            .contains("o3k3"));
        });
    }

    static class Ordered {

        final Map<Integer, List<Long>> offsets = new ConcurrentHashMap<>();
        final AtomicInteger failures = new AtomicInteger();

        @MessageListener(topics = "status", group = "ordered", ordered = "true")
        OrderAction take(
                String text,
                @Header(TernMQHeaders.QUEUE_ID) int queue,
                @Header(TernMQHeaders.OFFSET) long offset,
                ConsumeOrderContext consumeContext) {
            if (text.equals("3") && failures.getAndIncrement() < 2) {
                consumeContext.suspendFor(Duration.ofMillis(20));
                return OrderAction.Suspend;
            }
            offsets.computeIfAbsent(queue, absent -> new CopyOnWriteArrayList<>())
                    .add(offset);
            return OrderAction.Success;
        }
    }

    @Test
    void handlesMessagesInOrder() {
        runner.withBean(Ordered.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            for (int i = 0; i < 40; i++) {
                template.convertAndSend("status", String.valueOf(i % 10));
            }

            Ordered bean = context.getBean(Ordered.class);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(bean.offsets.values().stream().flatMap(List::stream))
                                    .hasSize(40));
            assertThat(bean.offsets.values())
                    .allSatisfy(got -> assertThat(got).isSorted().doesNotHaveDuplicates());
            assertThat(bean.failures).hasValue(6);
        });
    }

    static class Selecting {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "priced", group = "sql", selector = "price > 10 AND region = 'north'")
        @MessageListener(topics = "priced", group = "tags", tags = "wanted", consumeMode = "pop", id = "popped")
        void take(String text, @Header(TernMQHeaders.GROUP) String group) {
            got.add(group + ":" + text);
        }
    }

    @Test
    void subscribesByConditionAndRepeatedlyAndOneByOne() {
        runner.withBean(Selecting.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("priced:wanted", "cheap", Map.of("price", 5, "region", "north"));
            template.convertAndSend("priced", "dear", Map.of("price", 50, "region", "north"));
            template.convertAndSend("priced", "south", Map.of("price", 50, "region", "south"));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Selecting.class).got)
                            .containsExactlyInAnyOrder("sql:dear", "tags:cheap"));
            assertThat(context.getBean(ListenerRegistry.class).container("popped"))
                    .isPresent();
        });
    }

    @MessageListener(
            topics = {"shop", "stock"},
            group = "by-tag")
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

        @TagHandler(tags = "pay", topic = "stock")
        void stock(String text) {
            got.add("stock " + text);
        }
    }

    @Test
    void choosesTheMethodOfAClassByTagAndSubscribesToThoseTagsOnly() {
        runner.withBean(ByTag.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("shop:create", new Item("A", 1));
            template.convertAndSend("shop:pay", "A");
            template.convertAndSend("shop:refund", "A");
            template.convertAndSend("shop:other", "nobody");
            template.convertAndSend("stock:pay", "S");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(ByTag.class).got)
                            .containsExactlyInAnyOrder("created A", "pay A", "refund A", "stock S"));
            assertThat(context.getBean(ListenerRegistry.class)
                            .container("listenerFeaturesIT.ByTag")
                            .map(container ->
                                    container.subscriptions().get("shop").getSubExpression()))
                    .hasValueSatisfying(tags ->
                            assertThat(tags.split("\\|\\|")).containsExactlyInAnyOrder("create", "pay", "refund"));
        });
    }

    @MessageListener(topics = "plain", group = "plain")
    static class ClientListener implements io.ternmq.client.MessageListener {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @Override
        public Action consume(Message message, io.ternmq.client.ConsumeContext consumeContext) {
            got.add(new String(message.getBody(), StandardCharsets.UTF_8) + consumeContext.getGroupId());
            return Action.CommitMessage;
        }
    }

    @Test
    void takesABeanThatIsAListenerOfTheClient() {
        runner.withBean(ClientListener.class).run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend("plain", "x");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(ClientListener.class).got)
                            .containsExactly("xplain"));
        });
    }

    static class Acknowledging {

        final Queue<Acknowledgement> held = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "held", group = "held", concurrency = "1")
        void take(String text, Acknowledgement acknowledgement) {
            held.add(acknowledgement);
        }
    }

    @Test
    void waitsForTheAcknowledgement() {
        runner.withBean(Acknowledging.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("held", "first");
            template.convertAndSend("held", "second");
            Queue<Acknowledgement> held = context.getBean(Acknowledging.class).held;

            await().atMost(PATIENCE).until(() -> held.size() == 1);
            await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> held.size() == 1);
            held.element().retry(Duration.ofMillis(20));
            await().atMost(PATIENCE).until(() -> held.size() >= 2);
            await().atMost(PATIENCE).until(() -> {
                held.forEach(Acknowledgement::acknowledge);
                return held.size() == 3;
            });
            await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> {
                held.forEach(Acknowledgement::acknowledge);
                return held.size() == 3;
            });
        });
    }

    static class Futures {

        final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

        private int count(String name) {
            return calls.computeIfAbsent(name, absent -> new AtomicInteger()).incrementAndGet();
        }

        @MessageListener(topics = "later", group = "future", retry = @Retry(delays = "20ms"))
        CompletableFuture<Void> future(String text) {
            return count("future") == 1
                    ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
                    : CompletableFuture.runAsync(() -> count("future done"));
        }

        @MessageListener(topics = "later", group = "mono", retry = @Retry(delays = "20ms"))
        Mono<Void> mono(String text) {
            return Mono.delay(Duration.ofMillis(5)).then(Mono.fromRunnable(() -> {
                if (count("mono") == 1) {
                    throw new IllegalStateException("not yet");
                }
            }));
        }
    }

    @Test
    void commitsWhenWhatItReturnsIsCompleteAndTriesAgainWhenThatFails() {
        runner.withBean(Futures.class).run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend("later", "x");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Futures.class).calls)
                            .hasEntrySatisfying(
                                    "future", count -> assertThat(count).hasValue(2))
                            .hasEntrySatisfying(
                                    "future done", count -> assertThat(count).hasValue(1))
                            .hasEntrySatisfying(
                                    "mono", count -> assertThat(count).hasValue(2)));
        });
    }

    static class Replying {

        final Queue<String> forwarded = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "questions", group = "answers")
        String answer(String question) {
            return question + "? yes";
        }

        @MessageListener(topics = "in", group = "forward")
        @SendTo("${shop.out}:converted")
        CompletableFuture<org.springframework.messaging.Message<Item>> forward(String text) {
            return CompletableFuture.completedFuture(
                    org.springframework.messaging.support.MessageBuilder.withPayload(new Item(text, 7))
                            .setHeader(TernMQHeaders.KEYS, "key-" + text)
                            .build());
        }

        @MessageListener(topics = "out", group = "out")
        void out(Item order, @Header(TernMQHeaders.KEYS) String key, @Header(TernMQHeaders.TAGS) String tag) {
            forwarded.add(order + key + tag);
        }
    }

    @Test
    void repliesToRequestsAndSendsResultsOn() {
        runner.withBean(Replying.class).withPropertyValues("shop.out=out").run(context -> {
            Message reply = context.getBean(Producer.class)
                    .request(
                            new Message("questions", "", "ready".getBytes(StandardCharsets.UTF_8)),
                            Duration.ofSeconds(20));
            context.getBean(MessageTemplate.class).convertAndSend("in", "o1");

            assertThat(new String(reply.getBody(), StandardCharsets.UTF_8)).isEqualTo("ready? yes");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Replying.class).forwarded)
                            .containsExactly("Item[id=o1, amount=7]key-o1converted"));
        });
    }

    static class Around implements ListenerInterceptor {

        final Queue<ListenerCall> calls = new ConcurrentLinkedQueue<>();

        @Override
        public Object around(ListenerCall call, Next next) throws Exception {
            calls.add(call);
            return call.messages().get(0).getTag().equals("skip") ? null : next.proceed();
        }
    }

    static class Plain {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "plain", group = "plain", id = "plain")
        void take(String text) {
            got.add(text);
        }
    }

    @Test
    void putsInterceptorsAroundEachCall() {
        runner.withBean(Around.class).withBean(Plain.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("plain:skip", "left out");
            template.convertAndSend("plain", "handled");

            Around around = context.getBean(Around.class);
            await().atMost(PATIENCE).until(() -> around.calls.size() == 2);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(context.getBean(Plain.class).got).containsExactly("handled"));
            assertThat(around.calls).allSatisfy(call -> {
                assertThat(call.listenerId()).isEqualTo("plain");
                assertThat(call.group()).isEqualTo("plain");
                assertThat(call.bean()).isSameAs(context.getBean(Plain.class));
                assertThat(call.method().getName()).isEqualTo("take");
            });
        });
    }

    @Test
    void registersPausesAndRemovesListenersAtRunTime() {
        runner.run(context -> {
            Queue<String> got = new ConcurrentLinkedQueue<>();
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            MessageTemplate template = context.getBean(MessageTemplate.class);
            registry.register(ListenerEndpoint.builder("late")
                    .group("late")
                    .topic("late", MessageSelector.byTag("a || b"))
                    .topic("other")
                    .listener((message, listening) -> {
                        got.add(new String(message.getBody(), StandardCharsets.UTF_8));
                        return Action.CommitMessage;
                    })
                    .build());
            template.convertAndSend("late:a", "1");
            template.convertAndSend("late:c", "not wanted");
            template.convertAndSend("other:c", "2");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactlyInAnyOrder("1", "2"));

            registry.pause("late");
            template.convertAndSend("late:b", "3");
            await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> got.size() == 2);
            registry.resume("late");
            await().atMost(PATIENCE).until(() -> got.contains("3"));

            registry.remove("late");
            template.convertAndSend("late:b", "4");
            await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> got.size() == 3);
            assertThat(registry.containers()).isEmpty();
        });
    }
}
