package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.PATIENCE;
import static io.ternmq.stream.StreamApplication.read;
import static io.ternmq.stream.StreamApplication.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Message;
import io.ternmq.stream.inbound.BatchFailedException;
import io.ternmq.stream.inbound.DeadLetters;
import io.ternmq.test.EmbeddedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.StaticMessageHeaderAccessor;
import org.springframework.messaging.support.ErrorMessage;

/** What becomes of messages that the application cannot handle. */
class FailuresIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static ConfigurableApplicationContext application;

    /** What happened, by binding. */
    static final class Log {
        private final Map<String, List<String>> calls = new ConcurrentHashMap<>();
        private final AtomicBoolean healed = new AtomicBoolean();

        void add(String binding, Object what) {
            calls.computeIfAbsent(binding, none -> new CopyOnWriteArrayList<>()).add(what.toString());
        }

        List<String> of(String binding) {
            return calls.getOrDefault(binding, List.of());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Log log() {
            return new Log();
        }

        @Bean
        Consumer<org.springframework.messaging.Message<String>> attempts(Log log) {
            return message -> {
                log.add(
                        "attempts",
                        StaticMessageHeaderAccessor.getDeliveryAttempt(message).get());
                throw new IllegalStateException("no");
            };
        }

        @Bean
        Consumer<String> again(Log log) {
            return text -> {
                log.add("again", text);
                if (log.of("again").size() == 1) {
                    throw new IllegalStateException("not yet");
                }
            };
        }

        @Bean
        Consumer<String> letters(Log log) {
            return text -> {
                throw new IllegalStateException("broken\norder " + text);
            };
        }

        @Bean
        Consumer<String> discards(Log log) {
            return text -> {
                log.add("discards", text);
                if (text.startsWith("bad")) {
                    throw new IllegalStateException("bad");
                }
            };
        }

        @Bean
        Consumer<String> stops(Log log) {
            return text -> {
                log.add("stops", text);
                if (!log.healed.get()) {
                    throw new IllegalStateException("ill");
                }
            };
        }

        @Bean
        Consumer<String> handled(Log log) {
            return text -> {
                throw new IllegalStateException("to be handled: " + text);
            };
        }

        @Bean
        Consumer<ErrorMessage> errors(Log log) {
            return error -> log.add("errors", error.getPayload().getCause().getMessage());
        }

        @Bean
        Consumer<List<String>> partial(Log log) {
            return texts -> {
                for (int i = 0; i < texts.size(); i++) {
                    if (texts.get(i).equals("bad")) {
                        throw new BatchFailedException(i, "bad one", new IllegalArgumentException("no good"));
                    }
                    log.add("partial", texts.get(i));
                }
            };
        }

        @Bean
        Consumer<String> held(Log log) {
            return text -> {
                log.add("held", text);
                if (text.equals("1") && log.of("held").size() < 3) {
                    throw new IllegalStateException("not yet");
                }
            };
        }
    }

    private static List<String> input(String name, String... more) {
        List<String> properties = new ArrayList<>();
        String binding = "spring.cloud.stream.bindings." + name + "-in-0.";
        properties.add(binding + "destination=to-" + name);
        properties.add(binding + "group=" + name + "-group");
        properties.add(binding + "content-type=text/plain");
        properties.add(binding + "consumer.max-attempts=1");
        for (String one : more) {
            properties.add(
                    one.startsWith("own:")
                            ? "spring.cloud.stream.ternmq.bindings." + name + "-in-0.consumer." + one.substring(4)
                            : binding + one);
        }
        return properties;
    }

    @BeforeAll
    static void start() {
        List<String> all = new ArrayList<>();
        all.add("spring.cloud.function.definition=attempts;again;letters;discards;stops;handled;partial;held");
        all.addAll(input(
                "attempts",
                "consumer.max-attempts=3",
                "consumer.back-off-initial-interval=1",
                "own:on-failure=discard"));
        all.addAll(input("again", "own:redelivery-delay=10ms"));
        all.addAll(input("letters", "own:on-failure=dead_letter"));
        all.addAll(input("discards", "own:on-failure=discard"));
        all.addAll(input("stops", "own:on-failure=stop", "own:ordered=true", "own:suspend-time=10ms"));
        all.addAll(input("handled", "error-handler-definition=errors"));
        all.addAll(input(
                "partial",
                "consumer.batch-mode=true",
                "own:on-failure=dead_letter",
                "own:dead-letter-topic=rejected",
                "own:redelivery-delay=10ms"));
        all.addAll(input("held", "own:ordered=true", "own:suspend-time=10ms", "own:queues=1"));
        application = StreamApplication.start(BROKER, Application.class, all.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    private static void send(String topic, String text) {
        application.getBean(StreamBridge.class).send("to-" + topic, text);
    }

    private static List<String> log(String binding) {
        return application.getBean(Log.class).of(binding);
    }

    @Test
    void attemptsInsideTheApplicationAreCounted() {
        send("attempts", "x");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log("attempts")).containsExactly("1", "2", "3"));
    }

    @Test
    void brokerDeliversAgain() {
        send("again", "x");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log("again")).containsExactly("x", "x"));
    }

    @Test
    void deadLetterTellsWhereItComesFromAndWhy() {
        send("letters", "A1");

        Message letter = read(BROKER, "to-letters-letters-group-dlq", 1).get(0);
        assertThat(text(letter)).isEqualTo("A1");
        assertThat(letter.getUserProperties(DeadLetters.TOPIC)).isEqualTo("to-letters");
        assertThat(letter.getUserProperties(DeadLetters.GROUP)).isEqualTo("letters-group");
        assertThat(letter.getUserProperties(DeadLetters.EXCEPTION)).isEqualTo("java.lang.IllegalStateException");
        assertThat(letter.getUserProperties(DeadLetters.REASON)).isEqualTo("broken order A1");
        assertThat(letter.getUserProperties(DeadLetters.MESSAGE_ID)).isNotBlank();
        assertThat(letter.getUserProperties(DeadLetters.OFFSET)).isEqualTo("0");
        assertThat(letter.getUserProperties("contentType")).isEqualTo("application/json");
    }

    @Test
    void discardedMessageHoldsNothingUp() {
        send("discards", "bad");
        send("discards", "good");

        await().atMost(PATIENCE).until(() -> log("discards").containsAll(List.of("bad", "good")));
        assertThat(log("discards")).containsOnlyOnce("bad");
    }

    @Test
    void bindingStopsAndTheMessageComesAgainWhenItStarts() {
        BindingsLifecycleController bindings = application.getBean(BindingsLifecycleController.class);
        send("stops", "first");
        send("stops", "second");

        await().atMost(PATIENCE)
                .until(() -> bindings.queryState("stops-in-0").stream().noneMatch(binding -> binding.isRunning()));
        assertThat(log("stops")).hasSize(1);

        application.getBean(Log.class).healed.set(true);
        bindings.changeState("stops-in-0", BindingsLifecycleController.State.STARTED);
        await().atMost(PATIENCE)
                .until(() -> log("stops").contains("first") && log("stops").contains("second"));
        assertThat(log("stops")).hasSize(3);
    }

    @Test
    void errorHandlerOfBindingCountsAsDone() {
        send("handled", "x");
        send("handled", "y");

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(log("errors")).containsExactlyInAnyOrder("to be handled: x", "to be handled: y"));
    }

    @Test
    void onlyTheFailedMessageOfBatchIsDeadLetter() {
        List.of("a", "bad", "b", "c").forEach(text -> send("partial", text));

        await().atMost(PATIENCE).until(() -> log("partial").containsAll(List.of("a", "b", "c")));
        assertThat(log("partial")).containsExactlyInAnyOrder("a", "b", "c");
        Message letter = read(BROKER, "rejected", 1).get(0);
        assertThat(text(letter)).isEqualTo("bad");
        assertThat(letter.getUserProperties(DeadLetters.REASON)).isEqualTo("no good");
    }

    @Test
    void inOrderTheQueueWaits() {
        List.of("1", "2", "3").forEach(text -> send("held", text));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log("held")).containsExactly("1", "1", "1", "2", "3"));
    }
}
