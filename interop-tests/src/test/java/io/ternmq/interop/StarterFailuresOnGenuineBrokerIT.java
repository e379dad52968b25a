package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.annotation.DeadLetterHandler;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.core.DeadLetterReplay;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.BatchAcknowledgement;
import io.ternmq.spring.listener.BatchFailedException;
import io.ternmq.spring.listener.DeadLetterException;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.RetryAfterException;
import io.ternmq.spring.support.TernMQHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.Header;

/**
 * What becomes of messages that listeners fail on, in one application on a genuine broker, which knows delay levels only: here the first
 * is a second, as usual, and the second, usually five, is three.
 */
@ExtendWith(InteropLab.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StarterFailuresOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private final AdminClient admin;
    private ConfigurableApplicationContext application;
    private MessageTemplate template;

    StarterFailuresOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("failures");
        this.admin = Applications.admin(lab, broker);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Strict.class, Ruled.class, Handled.class, Deciding.class, Partly.class, Mortal.class, InOrder.class})
    static class Application {

        @Bean
        ListenerErrorHandler leaveItAtThat() {
            return failure -> ConsumeOutcome.done();
        }

        @Bean
        ListenerErrorHandler onceMore() {
            return failure -> failure.message().getReconsumeTimes() == 0
                    ? ConsumeOutcome.retryAfter(Duration.ofMillis(10))
                    : ConsumeOutcome.deadLetter("tried twice");
        }
    }

    record Item(String id, int amount) {}

    @BeforeAll
    void start() {
        Applications.createTopics(lab, broker, 2, t, "_items", "_ruled", "_handled", "_partly", "_mortal", "_in_order");
        application = Applications.start(lab, broker, Application.class, "t=" + t);
        template = application.getBean(MessageTemplate.class);
    }

    @AfterAll
    void stop() {
        application.close();
        admin.close();
    }

    static class Strict {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_items", group = "${t}_strict")
        void take(Item item) {
            got.add(item.id());
        }

        @MessageListener(topics = "${t}_items", group = "${t}_strict_batch", batchSize = "10")
        void takeAll(List<Item> items) {
            items.forEach(item -> got.add("batch " + item.id()));
        }

        @MessageListener(topics = "${t}_items", group = "${t}_headers")
        void takeHeader(byte[] body, @Header("needed") String needed) {
            got.add("header " + needed);
        }
    }

    @Test
    void makesDeadLettersAtOnceOfWhatCanNeverSucceed() {
        template.convertAndSend(t + "_items", "no json", Map.of("needed", "1"));
        template.convertAndSend(t + "_items", new Item("good", 1));

        Strict bean = application.getBean(Strict.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.got).containsExactlyInAnyOrder("good", "batch good", "header 1"));
        awaitReasons("_strict", "MessageConversionException");
        awaitReasons("_strict_batch", "MessageConversionException");
        awaitReasons("_headers", "needed");
    }

    static class Ruled {

        final Map<String, List<Long>> stored = new ConcurrentHashMap<>();

        @MessageListener(
                topics = "${t}_ruled",
                group = "${t}_ruled",
                retry = {
                    @Retry(delays = "1h"),
                    @Retry(
                            on = UncheckedIOException.class,
                            delays = {"10ms", "4s"}),
                    @Retry(on = IllegalArgumentException.class, times = "0"),
                    @Retry(on = NumberFormatException.class, times = "1", delays = "20ms")
                })
        void take(String text, @Header(TernMQHeaders.STORE_TIMESTAMP) long storedAt) {
            stored.computeIfAbsent(text, absent -> new CopyOnWriteArrayList<>()).add(storedAt);
            switch (text) {
                case "io" -> {
                    if (stored.get("io").size() < 3) {
                        throw new UncheckedIOException(new IOException("away"));
                    }
                }
                case "never" -> throw new IllegalArgumentException("nonsense");
                default -> throw new NumberFormatException("still no number");
            }
        }
    }

    @Test
    void retriesByTheRuleOfTheExceptionAfterTheNearestDelayLevel() {
        template.convertAndSend(t + "_ruled", "io");
        template.convertAndSend(t + "_ruled", "never");
        template.convertAndSend(t + "_ruled", "number");

        awaitReasons("_ruled", "IllegalArgumentException: nonsense", "NumberFormatException: still no number");
        Map<String, List<Long>> stored = application.getBean(Ruled.class).stored;
        await().atMost(PATIENCE).until(() -> stored.get("io").size() == 3);
        assertThat(stored.get("number")).hasSize(2);
        assertThat(stored.get("never")).hasSize(1);
        List<Long> io = stored.get("io");
        assertThat(io.get(1) - io.get(0)).as("10 ms are level 1").isBetween(900L, 4500L);
        assertThat(io.get(2) - io.get(1)).as("4 s are level 2").isGreaterThanOrEqualTo(2900L);
    }

    static class Handled {

        final Queue<String> calls = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_handled", group = "${t}_done", errorHandler = "leaveItAtThat")
        void done(String text) {
            calls.add("done");
            throw new IllegalStateException(text);
        }

        @MessageListener(topics = "${t}_handled", group = "${t}_again", errorHandler = "onceMore")
        void again(String text) {
            calls.add("again");
            throw new IllegalStateException(text);
        }
    }

    @Test
    void doesWhatTheErrorHandlerSays() {
        template.convertAndSend(t + "_handled", "x");

        awaitReasons("_again", "tried twice");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(application.getBean(Handled.class).calls)
                        .containsExactlyInAnyOrder("done", "again", "again"));
        assertThat(reasons("_done")).isEmpty();
    }

    static class Deciding {

        final Queue<Integer> calls = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_deciding", group = "${t}_deciding", retry = @Retry(delays = "1h"))
        void take(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            calls.add(times);
            if (times == 0) {
                throw new RetryAfterException(Duration.ofMillis(10), "busy");
            }
            throw new IllegalStateException("around", new DeadLetterException("no use: " + text));
        }
    }

    @Test
    void doesWhatTheExceptionSays() {
        template.convertAndSend(t + "_deciding", "x");

        awaitReasons("_deciding", "no use: x");
        assertThat(application.getBean(Deciding.class).calls).containsExactly(0, 1);
    }

    static class Partly {

        final Map<String, Integer> calls = new ConcurrentHashMap<>();

        @MessageListener(topics = "${t}_partly", group = "${t}_thrown", batchSize = "10", retry = @Retry(delays = "1s"))
        void thrown(List<String> texts) {
            texts.forEach(text -> calls.merge("thrown " + text, 1, Integer::sum));
            int bad = texts.indexOf("bad");
            if (bad >= 0 && calls.getOrDefault("thrown bad", 0) < 2) {
                throw new BatchFailedException(bad, new IllegalStateException("bad"));
            }
        }

        @MessageListener(topics = "${t}_partly", group = "${t}_returned", batchSize = "10", maxReconsumeTimes = "0")
        List<Action> returned(List<String> texts) {
            return texts.stream()
                    .map(text -> {
                        calls.merge("returned " + text, 1, Integer::sum);
                        return text.equals("bad") ? Action.ReconsumeLater : Action.CommitMessage;
                    })
                    .toList();
        }

        @MessageListener(topics = "${t}_partly", group = "${t}_acknowledged", batchSize = "10")
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
        template.sendAll(t + "_partly", List.of("a", "bad", "c"));

        Map<String, Integer> calls = application.getBean(Partly.class).calls;
        awaitReasons("_acknowledged", "bad by acknowledgement");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(letters("_returned")).hasSize(1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(calls)
                        .containsExactlyInAnyOrderEntriesOf(Map.of(
                                "thrown a", 1,
                                "thrown bad", 2,
                                "thrown c", 1,
                                "returned a", 1,
                                "returned bad", 1,
                                "returned c", 1,
                                "acknowledged a", 1,
                                "acknowledged bad", 1,
                                "acknowledged c", 1)));
    }

    static class Mortal {

        final AtomicBoolean repaired = new AtomicBoolean();
        final Queue<String> letters = new ConcurrentLinkedQueue<>();
        final Queue<String> done = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_mortal", group = "${t}_mortal", retry = @Retry(times = "0"))
        void take(String text) {
            if (!repaired.get()) {
                throw new IllegalStateException("broken: " + text);
            }
            done.add(text);
        }

        @DeadLetterHandler(group = "${t}_mortal")
        void bury(
                String text,
                @Header(TernMQHeaders.ORIGINAL_TOPIC) String topic,
                @Header(TernMQHeaders.DEAD_LETTER_REASON) String reason) {
            letters.add(topic + ", " + reason);
        }
    }

    @Test
    void bringsDeadLettersToTheirHandlerAndReplaysTheChosenOnes() {
        template.convertAndSend(t + "_mortal:keep", "a");
        template.convertAndSend(t + "_mortal:leave", "b");
        Mortal mortal = application.getBean(Mortal.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(mortal.letters)
                        .containsExactlyInAnyOrder(
                                t + "_mortal, java.lang.IllegalStateException: broken: a",
                                t + "_mortal, java.lang.IllegalStateException: broken: b"));
        mortal.repaired.set(true);

        DeadLetterReplay.Report report = application
                .getBean(DeadLetterReplay.class)
                .replay(t + "_mortal", letter -> letter.message().getTag().equals("keep"));

        assertThat(report)
                .extracting(DeadLetterReplay.Report::seen, DeadLetterReplay.Report::resent)
                .containsExactly(2, 1);
        assertThat(report.failures()).isEmpty();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(mortal.done).containsExactly("a"));
    }

    static class InOrder {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = "${t}_in_order",
                group = "${t}_in_order",
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
        template.destination(t + "_in_order").shardingKey("k").send("bad");
        template.destination(t + "_in_order").shardingKey("k").send("good");

        InOrder bean = application.getBean(InOrder.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.got).containsExactly("bad0", "bad1", "bad2", "good0"));
        awaitReasons("_in_order", "IllegalStateException: bad");
    }

    private void awaitReasons(String group, String... parts) {
        await("dead letters of " + t + group).atMost(PATIENCE).untilAsserted(() -> {
            List<String> reasons = reasons(group);
            assertThat(reasons).hasSize(parts.length);
            for (String part : parts) {
                assertThat(reasons).anySatisfy(reason -> assertThat(reason).contains(part));
            }
        });
    }

    private List<String> reasons(String group) {
        return letters(group).stream()
                .map(DeadLetter::reason)
                .flatMap(Optional::stream)
                .toList();
    }

    private List<DeadLetter> letters(String group) {
        return admin.deadLetters(t + group, 100).letters();
    }
}
