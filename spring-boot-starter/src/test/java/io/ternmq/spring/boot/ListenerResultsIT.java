package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.support.MessageBuilder;

/** Where the results of listeners go, and as how many messages, against the embedded broker. */
class ListenerResultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues("ternmq.consumer.consume-from=earliest", "shop.out=out");

    record Order(String id, String region) {}

    /** A bean that expressions may ask. */
    public static class Router {

        public String topicOf(Order order) {
            return order.region().equals("none") ? "" : "out:" + order.region();
        }
    }

    static class Out {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "out", group = "out")
        void take(String text, @Header(name = TernMQHeaders.TAGS, required = false) @Nullable String tag) {
            got.add(tag + " " + text);
        }
    }

    static class Expressions {

        @SendTo("${shop.out}:!{result.region}-!{request.tag}-!{source.headers['wave']}")
        @MessageListener(topics = "in", group = "composed", tags = "compose")
        Order compose(Order order) {
            return order;
        }

        @SendTo("!{@router.topicOf(result)}")
        @MessageListener(topics = "in", group = "routed", tags = "route")
        Order route(Order order) {
            return order;
        }

        @SendTo("!{source.headers['answerTo']}")
        @MessageListener(topics = "in", group = "headed", tags = "head")
        String head(Order order) {
            return "head " + order.id();
        }

        @SendTo("!{result.payload.region == 'north' ? 'out:message' : null}")
        @MessageListener(topics = "in", group = "wrapped", tags = "wrap")
        org.springframework.messaging.Message<Order> wrap(Order order) {
            return MessageBuilder.withPayload(order).build();
        }

        @SendTo("out:!{request.size()}-!{source.headers['ternmq_group']}-!{result}")
        @MessageListener(topics = "in", group = "batched", tags = "batch", batchSize = "4")
        String batch(List<Order> orders) {
            return orders.get(0).id();
        }

        @SendTo("!{result.nothing}")
        @MessageListener(topics = "in", group = "mistaken", tags = "fail", retry = @Retry(times = "0"))
        Order mistaken(Order order) {
            return order;
        }

        @SendTo("!{result.region}")
        @MessageListener(topics = "in", group = "misled", tags = "fail", retry = @Retry(times = "0"))
        Order misled(Order order) {
            return new Order(order.id(), "out:");
        }
    }

    @Test
    void findsTheDestinationOutForEachResult() {
        runner.withBean(Expressions.class)
                .withBean(Out.class)
                .withBean("router", Router.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    template.convertAndSend("in:compose", new Order("A1", "north"), Map.of("wave", "3"));
                    template.convertAndSend("in:route", new Order("A2", "south"));
                    template.convertAndSend("in:route", new Order("dropped", "none"));
                    template.convertAndSend("in:head", new Order("A3", "north"), Map.of("answerTo", "out:back"));
                    template.convertAndSend("in:wrap", new Order("A4", "north"));
                    template.convertAndSend("in:batch", new Order("A5", "north"));
                    template.convertAndSend("in:fail", new Order("A6", "north"));
                    String reply = template.sendAndReceive(
                            "in:head", new Order("asked", "north"), String.class, Duration.ofSeconds(20));

                    assertThat(reply).as("without destination").isEqualTo("head asked");
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Out.class).got)
                                    .containsExactlyInAnyOrder(
                                            "north-compose-3 {\"id\":\"A1\",\"region\":\"north\"}",
                                            "south {\"id\":\"A2\",\"region\":\"south\"}",
                                            "back head A3",
                                            "message {\"id\":\"A4\",\"region\":\"north\"}",
                                            "1-batched-A5 A5"));
                    try (AdminClient admin = AdminClient.create(context.getBean(ClientConfig.class))) {
                        await().atMost(PATIENCE)
                                .untilAsserted(() -> assertThat(reasons(admin, "mistaken"))
                                        .singleElement()
                                        .asString()
                                        .contains(
                                                "sendTo=!{result.nothing}",
                                                "result=" + Order.class.getName(),
                                                "'nothing' cannot be found"));
                        await().atMost(PATIENCE)
                                .untilAsserted(() -> assertThat(reasons(admin, "misled"))
                                        .singleElement()
                                        .asString()
                                        .contains("illegal destination: destination=out:"));
                    }
                });
    }

    private static List<String> reasons(AdminClient admin, String group) {
        return admin.deadLetters(group, 10).letters().stream()
                .map(DeadLetter::reason)
                .flatMap(Optional::stream)
                .toList();
    }

    static class Unfinished {

        @SendTo("out:!{result.")
        @MessageListener(topics = "in", group = "unfinished")
        String take(String text) {
            return text;
        }
    }

    @Test
    void refusesExpressionThatIsNone() {
        runner.withBean(Unfinished.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContainingAll(
                                "its @SendTo cannot be used: sendTo=out:!{result.", "Unfinished.take("));
    }

    static class Splitting {

        final AtomicInteger calls = new AtomicInteger();

        @SendTo("out:each")
        @MessageListener(topics = "in", group = "split", tags = "split")
        List<Order> split(String text) {
            return Arrays.asList(new Order(text + "1", "north"), null, new Order(text + "2", "south"));
        }

        @SendTo("out:whole")
        @MessageListener(topics = "in", group = "whole", tags = "whole", splitResult = "${shop.split:false}")
        List<String> whole(String text) {
            return List.of(text + "1", text + "2");
        }

        @MessageListener(topics = "in", group = "asked", tags = "ask")
        List<String> asked(String text) {
            return List.of(text + "1", text + "2");
        }

        @SendTo("out:empty")
        @MessageListener(topics = "in", group = "empty", tags = "whole")
        List<String> empty(String text) {
            return List.of();
        }

        /** The first time its second element cannot be sent. */
        @SendTo("out:again")
        @MessageListener(topics = "in", group = "again", tags = "again", retry = @Retry(delays = "10ms"))
        List<Object> again(String text) {
            Object second = calls.getAndIncrement() == 0
                    ? MessageBuilder.withPayload("bad")
                            .setHeader("bad", new Object())
                            .build()
                    : "second";
            return List.of("first", second);
        }

        @SendTo("kept")
        @MessageListener(topics = "in", group = "keep", tags = "keep")
        List<org.springframework.messaging.Message<?>> keep(String text) {
            return List.of(
                    MessageBuilder.withPayload(new Order("A1", "north"))
                            .setHeader(TernMQHeaders.TAGS, "created")
                            .setHeader(TernMQHeaders.KEYS, List.of("A1", "north"))
                            .setHeader(TernMQHeaders.SHARDING_KEY, "shard")
                            .setHeader(TernMQHeaders.DELIVER_AT, 1_000L)
                            .setHeader("trace", "t1")
                            .build(),
                    MessageBuilder.withPayload("plain").build());
        }
    }

    static class Kept {

        final Queue<List<Object>> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "kept", group = "kept")
        void take(String text, @Headers Map<String, Object> headers) {
            got.add(Arrays.asList(
                    text,
                    headers.get(TernMQHeaders.TAGS),
                    headers.get(TernMQHeaders.KEYS),
                    headers.get(TernMQHeaders.SHARDING_KEY),
                    headers.get(TernMQHeaders.DELIVER_AT),
                    headers.get("trace")));
        }
    }

    @Test
    void sendsTheElementsOfACollectionAsMessagesWithTheirOwnHeaders() {
        runner.withBean(Splitting.class)
                .withBean(Out.class)
                .withBean(Kept.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    for (String tag : List.of("split", "whole", "again", "keep")) {
                        template.convertAndSend("in:" + tag, tag);
                    }
                    Message reply = context.getBean(Producer.class)
                            .request(new Message("in", "ask", "ask".getBytes(UTF_8)), Duration.ofSeconds(20));

                    assertThat(reply.getBody()).asString(UTF_8).isEqualTo("[\"ask1\",\"ask2\"]");
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Out.class).got)
                                    .containsExactlyInAnyOrder(
                                            "each {\"id\":\"split1\",\"region\":\"north\"}",
                                            "each {\"id\":\"split2\",\"region\":\"south\"}",
                                            "whole [\"whole1\",\"whole2\"]",
                                            "again first",
                                            "again first",
                                            "again second"));
                    assertThat(context.getBean(Splitting.class).calls)
                            .as("done only when everything is sent")
                            .hasValue(2);
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Kept.class).got)
                                    .containsExactlyInAnyOrder(
                                            Arrays.asList(
                                                    "{\"id\":\"A1\",\"region\":\"north\"}",
                                                    "created",
                                                    "A1 north",
                                                    "shard",
                                                    1_000L,
                                                    "t1"),
                                            Arrays.asList("plain", null, null, null, null, null)));
                });
    }

    /** Answers what fails, and what it does not even let through; puts its own word behind what was answered. */
    static class Answering implements ListenerInterceptor {

        @Override
        public Object around(ListenerCall call, Next next) throws Exception {
            if (call.messages().get(0).getTag().equals("cached")) {
                return "from the cache";
            }
            try {
                return next.proceed() + " and too late";
            } catch (IllegalStateException e) {
                return "sorry: " + e.getMessage();
            }
        }
    }

    static class Asked {

        final AtomicInteger calls = new AtomicInteger();

        @MessageListener(topics = "asked", group = "asked")
        String answer(String text) {
            calls.incrementAndGet();
            if (text.equals("bad")) {
                throw new IllegalStateException("a bad one");
            }
            return "yes";
        }

        /** In order, so that everything of one message has been sent before that of the next. */
        @SendTo("out:once")
        @MessageListener(topics = "forwarded", group = "forwarded", ordered = "true")
        String forward(String text) {
            if (text.equals("bad")) {
                throw new IllegalStateException("a bad one");
            }
            return text;
        }
    }

    @Test
    void sendsWhatAnInterceptorReturnsInThePlaceOfAResult() {
        runner.withBean(Asked.class)
                .withBean(Answering.class)
                .withBean(Out.class)
                .run(context -> {
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    for (String text : List.of("good", "bad")) {
                        template.destination("forwarded").shardingKey("k").send(text);
                    }
                    Duration timeout = Duration.ofSeconds(20);

                    assertThat(template.sendAndReceive("asked", "bad", String.class, timeout))
                            .isEqualTo("sorry: a bad one");
                    assertThat(template.sendAndReceive("asked", "good", String.class, timeout))
                            .isEqualTo("yes");
                    assertThat(template.sendAndReceive("asked:cached", "good", String.class, timeout))
                            .isEqualTo("from the cache");
                    assertThat(context.getBean(Asked.class).calls).hasValue(2);
                    Queue<String> out = context.getBean(Out.class).got;
                    await().atMost(PATIENCE).until(() -> out.contains("once sorry: a bad one"));
                    await().during(Duration.ofMillis(200))
                            .atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(out)
                                    .as("what the method has returned is sent once, as it was returned")
                                    .containsExactlyInAnyOrder("once good", "once sorry: a bad one"));
                });
    }
}
