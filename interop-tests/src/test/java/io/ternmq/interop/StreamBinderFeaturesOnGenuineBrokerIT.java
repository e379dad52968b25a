package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.LocalTransactionExecuter;
import io.ternmq.client.TransactionStatus;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.stream.inbound.BatchFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.stream.binder.PollableMessageSource;
import org.springframework.cloud.stream.binder.RequeueCurrentMessageException;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.cloud.stream.binding.BindingsLifecycleController.State;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/**
 * What can be set about bindings, what becomes of failures, and what operators see and do, in one application on a
 * genuine broker. Most of the time is waiting for delays and commits, and each test has topics of its own: so they run at the same time.
 */
@ExtendWith(InteropLab.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamBinderFeaturesOnGenuineBrokerIT {

    /** The broker checks transactions in the background, and not always on time. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private ConfigurableApplicationContext application;

    StreamBinderFeaturesOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("stream");
    }

    /** What the inputs have got, by function. */
    static final class Log {

        private final Map<String, List<Message<?>>> received = new ConcurrentHashMap<>();

        void add(String function, Message<?> message) {
            received.computeIfAbsent(function, absent -> new CopyOnWriteArrayList<>())
                    .add(message);
        }

        List<Message<?>> of(String function) {
            return received.getOrDefault(function, List.of());
        }

        List<Object> payloads(String function) {
            return of(function).stream().<Object>map(Message::getPayload).toList();
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
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Consumer<Message<String>> tagged(Log log) {
            return message -> log.add("tagged", message);
        }

        @Bean
        Consumer<Message<String>> selected(Log log) {
            return message -> log.add("selected", message);
        }

        @Bean
        Consumer<Message<String>> popped(Log log) {
            return message -> log.add("popped", message);
        }

        @Bean
        Consumer<Message<String>> late(Log log) {
            return message -> log.add("late", message);
        }

        @Bean
        Consumer<Message<String>> resting(Log log) {
            return message -> log.add("resting", message);
        }

        @Bean
        Consumer<Message<String>> paid(Log log) {
            return message -> log.add("paid", message);
        }

        @Bean
        Consumer<Message<String>> again(Log log) {
            return message -> {
                log.add("again", message);
                if (log.of("again").size() == 1) {
                    throw new IllegalStateException("not yet");
                }
            };
        }

        @Bean
        Consumer<Message<String>> held(Log log) {
            return message -> {
                log.add("held", message);
                if (message.getPayload().equals("1") && log.of("held").size() < 3) {
                    throw new IllegalStateException("not yet");
                }
            };
        }

        @Bean
        Consumer<Message<List<String>>> partial(Log log) {
            return batch -> {
                List<String> texts = batch.getPayload();
                for (int i = 0; i < texts.size(); i++) {
                    if (texts.get(i).equals("bad")) {
                        throw new BatchFailedException(i, "bad one", new IllegalArgumentException("no good"));
                    }
                    log.add("partial", MessageBuilder.withPayload(texts.get(i)).build());
                }
            };
        }

        @Bean
        LocalTransactionExecuter pay() {
            return (message, argument) -> (TransactionStatus) Objects.requireNonNull(argument);
        }

        /** A genuine broker that checks this often asks also about what has been answered. */
        @Bean
        LocalTransactionChecker hasPaid() {
            return message -> new String(message.getBody(), StandardCharsets.UTF_8).equals("rolled back")
                    ? TransactionStatus.RollbackTransaction
                    : TransactionStatus.CommitTransaction;
        }
    }

    /** Properties of an input; those of this binder begin with {@code own:}. */
    private List<String> input(String name, String topic, String... more) {
        List<String> properties = new ArrayList<>();
        String binding = "spring.cloud.stream.bindings." + name + "-in-0.";
        properties.add(binding + "destination=" + t + "_" + topic);
        properties.add(binding + "group=" + t + "_" + name);
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

    private List<String> output(String name, String... own) {
        List<String> properties = new ArrayList<>();
        properties.add("spring.cloud.stream.bindings." + name + ".destination=" + t + "_" + name);
        properties.add("spring.cloud.stream.bindings." + name + ".content-type=text/plain");
        for (String one : own) {
            properties.add("spring.cloud.stream.ternmq.bindings." + name + ".producer." + one);
        }
        return properties;
    }

    @BeforeAll
    void start() {
        List<String> all = new ArrayList<>(List.of(
                "ternmq.name-server=" + broker.nameServer(),
                "ternmq.request-timeout=30s",
                "ternmq.producer.send-timeout=30s",
                "ternmq.instance-name=" + t,
                "spring.application.name=" + t,
                "spring.cloud.stream.default-binder=ternmq",
                "spring.cloud.stream.binding-retry-interval=0",
                "spring.cloud.stream.ternmq.binder.queues=2",
                "spring.cloud.function.definition=tagged;selected;popped;late;resting;paid;again;held;partial",
                "spring.cloud.stream.pollable-source=polled",
                "spring.cloud.stream.output-bindings=told;keyed;delayed;payments"));
        all.addAll(input("tagged", "told", "own:tags=EU||ASIA"));
        all.addAll(input("selected", "told", "own:sql=amount > 100"));
        all.addAll(input("popped", "told", "own:consume-mode=pop", "own:tags=US"));
        all.addAll(input("late", "delayed"));
        all.addAll(input("resting", "resting"));
        all.addAll(input("paid", "payments"));
        all.addAll(input("again", "again", "own:redelivery-delay=10ms"));
        all.addAll(input("held", "keyed", "own:ordered=true", "own:suspend-time=10ms"));
        all.addAll(input(
                "partial",
                "partial",
                "consumer.batch-mode=true",
                "own:batch-size=10",
                "own:on-failure=dead_letter",
                "own:dead-letter-topic=" + t + "_rejected",
                "own:redelivery-delay=10ms"));
        all.addAll(input("polled", "polled", "own:queues=1", "own:poll-timeout=20ms", "own:on-failure=dead_letter"));
        all.addAll(output("told", "tag-expression=headers['region']", "keys-expression=payload"));
        all.addAll(output("keyed", "sharding-key-expression=headers['order']"));
        all.addAll(output("delayed", "delay=2500ms"));
        all.addAll(output("payments", "transaction-executer=pay", "transaction-checker=hasPaid"));
        application = Applications.withoutLogging(Application.class)
                .web(WebApplicationType.NONE)
                .properties(all.toArray(String[]::new))
                .run();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private void send(String binding, String text, String header, Object value) {
        application
                .getBean(StreamBridge.class)
                .send(
                        binding,
                        MessageBuilder.withPayload(text)
                                .setHeader(header, value)
                                .build());
    }

    private Log log() {
        return application.getBean(Log.class);
    }

    private void awaitPayloads(String function, Object... payloads) {
        await(function)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(log().payloads(function)).containsExactlyInAnyOrder(payloads));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void inputsGetWhatTheirTagsAndConditionsSay() {
        for (String region : List.of("EU", "US", "ASIA")) {
            application
                    .getBean(StreamBridge.class)
                    .send(
                            "told",
                            MessageBuilder.withPayload("from " + region)
                                    .setHeader("region", region)
                                    .setHeader("amount", region.equals("US") ? 500 : 5)
                                    .build());
        }

        awaitPayloads("tagged", "from EU", "from ASIA");
        awaitPayloads("selected", "from US");
        awaitPayloads("popped", "from US");
        assertThat(log().of("selected").get(0).getHeaders())
                .containsEntry("amount", 500)
                .containsEntry(TernMQHeaders.TAGS, "US")
                .containsEntry(TernMQHeaders.KEYS, "from US")
                .containsEntry(TernMQHeaders.GROUP, t + "_selected");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void delayedMessagesComeWhenTheyAreDue() {
        send("delayed", "later", "x", "y");

        awaitPayloads("late", "later");
        Message<?> late = log().of("late").get(0);
        // A genuine broker delivers up to a second early, and the delay is counted from a moment before the message is
        // born.
        assertThat(time(late, TernMQHeaders.STORE_TIMESTAMP) - time(late, TernMQHeaders.BORN_TIMESTAMP))
                .isGreaterThanOrEqualTo(1000);
    }

    private static long time(Message<?> message, String header) {
        return Objects.requireNonNull(message.getHeaders().get(header, Long.class));
    }

    /** The delay is the broker's first level, a second. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void brokerDeliversAgain() {
        send(t + "_again", "x", "y", "z");

        awaitPayloads("again", "x", "x");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void inOrderTheQueueOfTheKeyWaits() {
        List.of("1", "2", "3").forEach(text -> send("keyed", text, "order", "A1"));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(log().payloads("held")).containsExactly("1", "1", "1", "2", "3"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void onlyTheFailedMessageOfABatchIsDeadLetter() {
        List.of("a", "bad", "b", "c").forEach(text -> send(t + "_partial", text, "x", "y"));

        awaitPayloads("partial", "a", "b", "c");
        Delivered letter = receiveOne(t + "_rejected");
        assertThat(letter.text()).isEqualTo("bad");
        assertThat(letter.properties()).containsEntry("dead-letter-reason", "no good");
    }

    private Delivered receiveOne(String topic) {
        try (TestConsumer consumer = lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON)
                .consumer(ConsumerSettings.of(broker.nameServer(), lab.name("readers"), topic))) {
            await(topic).atMost(PATIENCE).until(() -> !consumer.received().isEmpty());
            return consumer.received().get(0);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void polledMessagesAreDoneComeAgainOrAreDeadLetters() {
        List.of("1", "2").forEach(text -> send(t + "_polled", text, "x", "y"));
        PollableMessageSource source = application.getBean(PollableMessageSource.class);
        List<String> seen = new ArrayList<>();

        await().atMost(PATIENCE).until(() -> {
            source.poll(message -> {
                seen.add(new String((byte[]) message.getPayload()));
                if (seen.size() == 1) {
                    throw new RequeueCurrentMessageException("later");
                }
                if (seen.size() == 3) {
                    throw new IllegalStateException("no good");
                }
            });
            return seen.size() == 3;
        });

        assertThat(seen).containsExactly("1", "1", "2");
        Delivered letter = receiveOne(t + "_polled-" + t + "_polled-dlq");
        assertThat(letter.text()).isEqualTo("2");
        assertThat(letter.properties()).containsEntry("dead-letter-reason", "no good");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void deliversWhatIsCommittedAndAsksAboutWhatIsNotKnown() {
        send("payments", "committed", "ternmq_transactionArgument", TransactionStatus.CommitTransaction);
        assertThatThrownBy(() -> send(
                        "payments", "rolled back", "ternmq_transactionArgument", TransactionStatus.RollbackTransaction))
                .hasStackTraceContaining("rolled back");
        send("payments", "unknown", "ternmq_transactionArgument", TransactionStatus.Unknow);

        await("what is committed, and what its checker says is")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(log().payloads("paid")).contains("committed", "unknown"));
        assertThat(log().payloads("paid")).doesNotContain("rolled back");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void operatorsSeeHealthAndLagPauseAndResume() {
        Health health = ((HealthIndicator) Objects.requireNonNull(application
                        .getBean("bindersHealthContributor", CompositeHealthContributor.class)
                        .getContributor("ternmq")))
                .health(true);
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails().get("groups").toString()).contains(t + "_resting=[" + t + "_resting]");

        BindingsLifecycleController bindings = application.getBean(BindingsLifecycleController.class);
        bindings.changeState("resting-in-0", State.PAUSED);
        IntStream.range(0, 2).forEach(i -> send(t + "_resting", "m" + i, "x", "y"));
        await("lag").atMost(PATIENCE).until(() -> lag() == 2);
        assertThat(log().of("resting")).isEmpty();
        bindings.changeState("resting-in-0", State.RESUMED);
        awaitPayloads("resting", "m0", "m1");
        await("no lag").atMost(PATIENCE).until(() -> lag() == 0);

        bindings.changeState("resting-in-0", State.STOPPED);
        send(t + "_resting", "meanwhile", "x", "y");
        bindings.changeState("resting-in-0", State.STARTED);
        awaitPayloads("resting", "m0", "m1", "meanwhile");
    }

    private double lag() {
        return application
                .getBean(MeterRegistry.class)
                .get("ternmq.stream.lag")
                .tags("group", t + "_resting", "topic", t + "_resting")
                .gauge()
                .value();
    }
}
