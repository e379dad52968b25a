package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.spring.annotation.DeadLetterHandler;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.core.DeadLetterReplay;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.BatchAcknowledgement;
import io.ternmq.spring.listener.BatchFailedException;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.support.TernMQHeaders;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Header;

/** What becomes of messages that listeners fail on, against the embedded broker. */
class ListenerFailuresIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    ValidationAutoConfiguration.class,
                    TernMQAutoConfiguration.class))
            .withPropertyValues("ternmq.consumer.consume-from=earliest");

    record Item(String id, @Positive int amount) {}

    static class Strict {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "items", group = "strict")
        void take(@Valid Item item) {
            got.add(item.id());
        }

        @MessageListener(topics = "items", group = "strict-batch", batchSize = "10")
        void takeAll(@Valid List<Item> items) {
            items.forEach(item -> got.add("batch " + item.id()));
        }

        @MessageListener(topics = "items", group = "headers")
        void takeHeader(byte[] body, @Header("needed") String needed) {
            got.add("header " + needed);
        }
    }

    @Test
    void makesDeadLettersAtOnceOfWhatCanNeverSucceed() {
        runner.withBean(Strict.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("items", "no json", Map.of("needed", "1"));
            template.convertAndSend("items", new Item("invalid", -1));
            template.convertAndSend("items", new Item("good", 1), Map.of("needed", "2"));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Strict.class).got)
                            .containsExactlyInAnyOrder("good", "batch good", "header 1", "header 2"));
            for (String group : List.of("strict", "strict-batch")) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(reasons(context, group))
                                .satisfiesExactlyInAnyOrder(
                                        reason -> assertThat(reason).contains("MessageConversionException"),
                                        reason -> assertThat(reason)
                                                .contains("MethodArgumentNotValidException")
                                                .contains("amount")));
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reasons(context, "headers"))
                            .singleElement()
                            .asString()
                            .contains("needed"));
        });
    }

    static class Ruled {

        final Queue<Integer> io = new ConcurrentLinkedQueue<>();
        final Queue<Integer> twice = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = "ruled",
                group = "ruled",
                retry = {
                    @Retry(delays = "1h"),
                    @Retry(
                            on = UncheckedIOException.class,
                            delays = {"10ms", "30ms"}),
                    @Retry(on = IllegalArgumentException.class, times = "0"),
                    @Retry(on = NumberFormatException.class, times = "1", delays = "${shop.delay}")
                })
        void take(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            switch (text) {
                case "io" -> {
                    io.add(times);
                    if (times < 3) {
                        throw new UncheckedIOException(new IOException("away"));
                    }
                }
                case "never" -> throw new IllegalArgumentException("nonsense");
                default -> {
                    twice.add(times);
                    throw new NumberFormatException("still no number");
                }
            }
        }
    }

    @Test
    void retriesByTheRuleThatIsNearestToTheException() {
        runner.withBean(Ruled.class).withPropertyValues("shop.delay=20ms").run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("ruled", "io");
            template.convertAndSend("ruled", "never");
            template.convertAndSend("ruled", "number");

            Ruled ruled = context.getBean(Ruled.class);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(ruled.io).containsExactly(0, 1, 2, 3));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reasons(context, "ruled"))
                            .containsExactlyInAnyOrder(
                                    "java.lang.IllegalArgumentException: nonsense",
                                    "java.lang.NumberFormatException: still no number"));
            assertThat(ruled.twice).containsExactly(0, 1);
        });
    }

    static class Handled {

        final Map<String, Integer> calls = new ConcurrentHashMap<>();

        @MessageListener(topics = "handled", group = "usual", maxReconsumeTimes = "1")
        void usual(String text) {
            calls.merge("usual " + text, 1, Integer::sum);
            throw new IllegalStateException(text);
        }

        @MessageListener(topics = "handled", group = "own", errorHandler = "own")
        void own(String text) {
            calls.merge("own " + text, 1, Integer::sum);
            throw new IllegalStateException(text);
        }
    }

    @Test
    void asksTheErrorHandlerOfTheListenerOrElseOfTheApplication() {
        ListenerErrorHandler usual = failure -> failure.group().equals("usual")
                ? ConsumeOutcome.retryAfter(Duration.ofMillis(10))
                : ConsumeOutcome.deadLetter("not asked");
        ListenerErrorHandler own = failure -> ConsumeOutcome.done();
        runner.withBean(Handled.class)
                .withBean("usual", ListenerErrorHandler.class, () -> usual, definition -> definition.setPrimary(true))
                .withBean("own", ListenerErrorHandler.class, () -> own)
                .run(context -> {
                    context.getBean(MessageTemplate.class).convertAndSend("handled", "x");

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(reasons(context, "usual"))
                                    .containsExactly("java.lang.IllegalStateException: x"));
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Handled.class).calls)
                                    .containsEntry("usual x", 2)
                                    .containsEntry("own x", 1));
                    assertThat(reasons(context, "own")).isEmpty();
                });
    }

    static class Partly {

        final Map<String, Integer> calls = new ConcurrentHashMap<>();

        @MessageListener(topics = "partly", group = "thrown", batchSize = "10", retry = @Retry(delays = "10ms"))
        void thrown(List<String> texts) {
            texts.forEach(text -> calls.merge("thrown " + text, 1, Integer::sum));
            int bad = texts.indexOf("bad");
            if (bad >= 0 && calls.getOrDefault("thrown bad", 0) < 3) {
                throw new BatchFailedException(bad, new IllegalStateException("bad"));
            }
        }

        @MessageListener(topics = "partly", group = "returned", batchSize = "10", maxReconsumeTimes = "0")
        List<Action> returned(List<String> texts) {
            return texts.stream()
                    .map(text -> {
                        calls.merge("returned " + text, 1, Integer::sum);
                        return text.equals("bad") ? Action.ReconsumeLater : Action.CommitMessage;
                    })
                    .toList();
        }

        @MessageListener(topics = "partly", group = "acknowledged", batchSize = "10")
        void acknowledged(List<String> texts, BatchAcknowledgement acknowledgement) {
            for (int i = 0; i < texts.size(); i++) {
                calls.merge("acknowledged " + texts.get(i), 1, Integer::sum);
                if (texts.get(i).equals("bad")) {
                    acknowledgement.deadLetter(i, "bad by acknowledgement");
                } else {
                    acknowledgement.acknowledge(i);
                }
            }
        }
    }

    @Test
    void settlesEachMessageOfABatch() {
        runner.withBean(Partly.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            List.of("a", "bad", "c").forEach(text -> template.convertAndSend("partly", text));

            Map<String, Integer> calls = context.getBean(Partly.class).calls;
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(calls)
                            .containsExactlyInAnyOrderEntriesOf(Map.of(
                                    "thrown a", 1,
                                    "thrown bad", 3,
                                    "thrown c", 1,
                                    "returned a", 1,
                                    "returned bad", 1,
                                    "returned c", 1,
                                    "acknowledged a", 1,
                                    "acknowledged bad", 1,
                                    "acknowledged c", 1)));
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(reasons(context, "acknowledged")).containsExactly("bad by acknowledgement"));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(reasons(context, "returned")).hasSize(1));
        });
    }

    static class Mortal {

        final AtomicBoolean repaired = new AtomicBoolean();
        final Queue<String> letters = new ConcurrentLinkedQueue<>();
        final Queue<String> done = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "mortal", group = "mortal", retry = @Retry(times = "0"))
        void take(String text) {
            if (!repaired.get()) {
                throw new IllegalStateException("broken: " + text);
            }
            done.add(text);
        }

        @DeadLetterHandler(group = "mortal")
        void bury(
                String text,
                @Header(TernMQHeaders.ORIGINAL_TOPIC) String topic,
                @Header(TernMQHeaders.DEAD_LETTER_REASON) String reason) {
            letters.add(topic + ", " + reason);
        }
    }

    @Test
    void bringsDeadLettersToTheirHandlerAndReplaysTheChosenOnes() {
        runner.withBean(Mortal.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("mortal:keep", "a");
            template.convertAndSend("mortal:leave", "b");
            Mortal mortal = context.getBean(Mortal.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(mortal.letters)
                            .containsExactlyInAnyOrder(
                                    "mortal, java.lang.IllegalStateException: broken: a",
                                    "mortal, java.lang.IllegalStateException: broken: b"));
            mortal.repaired.set(true);

            DeadLetterReplay replay = context.getBean(DeadLetterReplay.class);
            DeadLetterReplay.Report report =
                    replay.replay("mortal", letter -> letter.message().getTag().equals("keep"));

            assertThat(report)
                    .extracting(DeadLetterReplay.Report::seen, DeadLetterReplay.Report::resent)
                    .containsExactly(2, 1);
            assertThat(report.failures()).isEmpty();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(mortal.done).containsExactly("a"));
            assertThat(replay.replay("mortal", letter -> false))
                    .extracting(DeadLetterReplay.Report::seen, DeadLetterReplay.Report::resent)
                    .containsExactly(2, 0);
        });
    }

    /** The letters have failed once already. */
    static class Unburied {

        final Queue<String> calls = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "doomed", group = "doomed", retry = @Retry(times = "0"))
        void take(String text) {
            throw new IllegalStateException("broken");
        }

        @DeadLetterHandler(
                group = "doomed",
                errorHandler = "own",
                retry = @Retry(on = IllegalArgumentException.class, delays = "10ms", times = "3"))
        void bury(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            calls.add(text + times);
            if (text.equals("calmed")) {
                throw new IllegalStateException(text);
            }
            throw new IllegalArgumentException(text);
        }
    }

    @Test
    void letsDeadLetterHandlersHaveRulesAndErrorHandlersOfTheirOwn() {
        ListenerErrorHandler own =
                failure -> failure.cause() instanceof IllegalStateException ? ConsumeOutcome.done() : null;
        runner.withBean(Unburied.class)
                .withBean("own", ListenerErrorHandler.class, () -> own)
                .withBean("usual", ListenerErrorHandler.class, () -> failure -> null, bean -> bean.setPrimary(true))
                .run(context -> {
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    template.convertAndSend("doomed", "calmed");
                    template.convertAndSend("doomed", "retried");

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(reasons(context, "doomed-dead-letters"))
                                    .containsExactly("java.lang.IllegalArgumentException: retried"));
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Unburied.class).calls)
                                    .containsExactlyInAnyOrder("calmed1", "retried1", "retried2", "retried3"));
                });
    }

    static class InOrder {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = "ordered",
                group = "ordered",
                ordered = "true",
                retry = @Retry(delays = "10ms", times = "2"))
        void take(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            got.add(text + times);
            if (text.equals("bad")) {
                throw new IllegalStateException("bad");
            }
        }
    }

    @Test
    void givesUpInOrderToo() {
        runner.withBean(InOrder.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.destination("ordered").shardingKey("k").send("bad");
            template.destination("ordered").shardingKey("k").send("good");

            InOrder bean = context.getBean(InOrder.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bean.got)
                            .contains("bad0", "bad1", "bad2", "good0")
                            .hasSize(4));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reasons(context, "ordered"))
                            .containsExactly("java.lang.IllegalStateException: bad"));
        });
    }

    static class Outage {

        /** More often than any listener that is not in order is called. */
        static final int FAILURES = 20;

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "outage", group = "outage", ordered = "true")
        void take(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            got.add(text + times);
            if (text.equals("first") && times < FAILURES) {
                throw new IllegalStateException("no database");
            }
        }
    }

    @Test
    void goesOnInOrderHoweverOftenItFails() {
        ConsumerConfigCustomizer soon = (group, builder) -> builder.suspendTime(Duration.ofMillis(10));
        runner.withBean(Outage.class)
                .withBean(ConsumerConfigCustomizer.class, () -> soon)
                .run(context -> {
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    template.destination("outage").shardingKey("k").send("first");
                    template.destination("outage").shardingKey("k").send("second");

                    Outage bean = context.getBean(Outage.class);
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(bean.got).contains("second0"));
                    assertThat(bean.got)
                            .containsExactlyElementsOf(Stream.concat(
                                            IntStream.rangeClosed(0, Outage.FAILURES)
                                                    .mapToObj(times -> "first" + times),
                                            Stream.of("second0"))
                                    .toList());
                    assertThat(reasons(context, "outage")).isEmpty();
                });
    }

    static class Retrying {

        @MessageListener(topics = "numbers", group = "any", retry = @Retry(delays = "10ms"))
        void any(Item item) {}

        @MessageListener(topics = "numbers", group = "any-batch", batchSize = "10", retry = @Retry(delays = "10ms"))
        void anyOfBatch(List<Item> items) {}

        @MessageListener(
                topics = "numbers",
                group = "named",
                retry = {
                    @Retry(on = RuntimeException.class, times = "0"),
                    @Retry(on = MessageConversionException.class, delays = "10ms", times = "2")
                })
        void named(Item item) {}
    }

    @Test
    void keepsRulesForAllExceptionsOffWhatCanNeverSucceed() {
        Map<String, Integer> failures = new ConcurrentHashMap<>();
        ListenerErrorHandler counting = failure -> {
            failures.merge(failure.group(), 1, Integer::sum);
            return null;
        };
        runner.withBean(Retrying.class)
                .withBean(ListenerErrorHandler.class, () -> counting)
                .run(context -> {
                    context.getBean(MessageTemplate.class).convertAndSend("numbers", "no json");

                    for (String group : List.of("any", "any-batch", "named")) {
                        await().atMost(PATIENCE)
                                .untilAsserted(() -> assertThat(reasons(context, group))
                                        .singleElement()
                                        .asString()
                                        .contains("MessageConversionException"));
                    }
                    assertThat(failures)
                            .containsExactlyInAnyOrderEntriesOf(Map.of("any", 1, "any-batch", 1, "named", 3));
                });
    }

    private static List<String> reasons(ApplicationContext context, String group) {
        try (AdminClient admin = AdminClient.create(context.getBean(ClientConfig.class))) {
            return admin.deadLetters(group, 100).letters().stream()
                    .map(DeadLetter::reason)
                    .flatMap(Optional::stream)
                    .toList();
        }
    }
}
