package io.ternmq.spring.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.StartPosition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.FakeConsumer;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.boot.TernMQClustersAutoConfiguration;
import io.ternmq.spring.boot.operation.TernMQOperationAutoConfiguration;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.ListenerContainer;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Each answer to "why does my listener not consume?", with a real broker. */
class DoctorIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger NAMES = new AtomicInteger();

    @RegisterExtension
    static final EmbeddedBroker broker = new EmbeddedBroker();

    private final String topic = "patient-" + NAMES.incrementAndGet();
    private final String group = "patients-" + NAMES.get();
    private final AdminClient admin = AdminClient.create(ClientConfig.of(broker.address()));
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQClustersAutoConfiguration.class,
                    TernMQOperationAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.name-server=" + broker.address(),
                    "ternmq.watch.interval=1h",
                    "ternmq.consumer.consume-from=earliest",
                    "topic=" + topic,
                    "group=" + group);

    @BeforeEach
    void createTopic() {
        admin.createTopic(TopicSpec.of(topic, 1));
    }

    @AfterEach
    void close() {
        admin.close();
    }

    static class Patient {

        final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(id = "patient", topics = "${topic}", group = "${group}", tags = "${tags:*}")
        void listen(String text) {
            received.add(text);
        }
    }

    static class Blocked {

        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @MessageListener(id = "patient", topics = "${topic}", group = "${group}", concurrency = "1")
        void listen(String text) throws InterruptedException {
            entered.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).as(text).isTrue();
        }
    }

    @Test
    void tellsThatListenerDoesNotRun() {
        runner.withBean(Patient.class)
                .withPropertyValues("ternmq.listener.auto-startup=false")
                .run(context -> assertFinding(context, Cause.NOT_RUNNING, "autoStartup=false"));
    }

    @Test
    void tellsThatListenerIsPaused() {
        runner.withBean(Patient.class).run(context -> {
            listener(context).pause();
            assertFinding(context, Cause.PAUSED, "listener=patient");

            listener(context).resume();
            assertThat(diagnosis(context).isHealthy()).isTrue();
        });
    }

    @Test
    void tellsThatTopicIsMissing() {
        admin.deleteTopic(topic);
        runner.withBean(Patient.class).run(context -> assertFinding(context, Cause.TOPIC_MISSING, topic));
    }

    @Test
    void tellsThatTopicMayNotBeRead() {
        admin.permitTopic(topic, false, true);
        runner.withBean(Patient.class).run(context -> assertFinding(context, Cause.NO_PERMISSION, topic));
    }

    @Test
    void tellsThatGroupIsDisabled() {
        admin.createGroup(new GroupSpec(group, false, true, false, 16, 1));
        runner.withBean(Patient.class).run(context -> assertFinding(context, Cause.GROUP_DISABLED, group));
    }

    @Test
    void tellsThatTheClusterDoesNotKnowTheMember() {
        runner.withBean(Patient.class)
                .withBean(ConsumerFactory.class, () -> config -> new FakeConsumer(config.groupId()))
                .run(context -> assertFinding(context, Cause.GROUP_OFFLINE, group));
    }

    @Test
    void tellsThatThereAreMoreMembersThanQueues() {
        runner.withBean(Patient.class)
                .run(first -> runner.withBean(Patient.class)
                        .withPropertyValues("ternmq.instance-name=second")
                        .run(second -> await().atMost(PATIENCE).untilAsserted(() -> {
                            List<Diagnosis> both = List.of(diagnosis(first), diagnosis(second));
                            assertThat(both).anySatisfy(diagnosis -> {
                                assertThat(diagnosis.findings())
                                        .extracting(Finding::cause)
                                        .containsExactly(Cause.NO_QUEUE);
                                assertThat(diagnosis.findings().get(0).explanation())
                                        .contains("queues=1", "members=2");
                                assertThat(diagnosis.findings().get(0).remedy()).contains("more queues");
                            });
                        })));
    }

    @Test
    void tellsThatMembersSubscribeDifferently() {
        admin.createTopic(TopicSpec.of(topic, 4));
        runner.withBean(Patient.class)
                .run(first -> runner.withBean(Patient.class)
                        .withPropertyValues("ternmq.instance-name=second", "tags=other")
                        .run(second -> await().atMost(PATIENCE)
                                .untilAsserted(() -> assertFinding(second, Cause.SUBSCRIPTION_DIFFERS, "others="))));
    }

    @Test
    void isItselfAmongTheMembersThatAreCompared() {
        admin.createTopic(TopicSpec.of(topic, 8));
        List<Consumer> others = Stream.of("a1", "a2", "a3", "a4", "a5")
                .map(name -> MQFactory.createConsumer(ConsumerConfig.builder(
                                ClientConfig.builder(broker.address())
                                        .instanceName(name)
                                        .build(),
                                group)
                        .build()))
                .toList();
        try {
            others.forEach(other -> {
                other.subscribe(topic, "a||b", (message, context) -> Action.CommitMessage);
                other.start();
            });
            ApplicationContextRunner last = runner.withBean(Patient.class)
                    // Members are known in the order of their ids.
                    .withPropertyValues("ternmq.instance-name=z");

            last.withPropertyValues("tags=b || a")
                    .run(context -> await().atMost(PATIENCE)
                            .untilAsserted(() -> assertFinding(context, Cause.AT_END, "group=" + group)));
            last.withPropertyValues("tags=other")
                    .run(context -> await().atMost(PATIENCE)
                            .untilAsserted(() -> assertFinding(context, Cause.SUBSCRIPTION_DIFFERS, "asked=5 of 5")));
        } finally {
            others.forEach(Consumer::shutdown);
        }
    }

    @Test
    void tellsThatTheFilterExcludesWhatThereIs() {
        runner.withBean(Patient.class).withPropertyValues("tags=create || pay").run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend(topic + ":created", "A1");

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertFinding(context, Cause.FILTER_EXCLUDES, "wanted=[create, pay], there=[created]"));
            assertThat(diagnosis(context).findings().get(0).explanation())
                    .contains("looked at=1 newest of the last hour");
        });
    }

    @Test
    void doesNotBlameTheFilterOfListenerThatHasConsumedWhatItWants() {
        runner.withBean(Patient.class).withPropertyValues("tags=refund").run(context -> {
            fill(context, 200, "sale");
            fill(context, 20, "refund");
            Patient patient = context.getBean(Patient.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(patient.received).hasSize(20));

            Diagnosis afterwards = diagnosis(context);
            assertThat(afterwards.isHealthy()).as(afterwards.toString()).isTrue();
            assertThat(afterwards.toString()).doesNotContain("none wanted");

            // What it wants is too long ago to be looked at.
            listener(context).stop();
            fill(context, 260, "sale");
            admin.skipBacklog(group, topic);
            listener(context).start();

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertFinding(context, Cause.AT_END, "none wanted of those looked at: topic=" + topic));
        });
    }

    @Test
    void doesNotBlameTheFilterWhereTheGroupHasYetToReadWhatItWants() {
        admin.createGroup(GroupSpec.of(group));
        admin.settleStart(group, topic, StartPosition.earliest());
        runner.withBean(Patient.class)
                .withPropertyValues("tags=refund", "ternmq.listener.auto-startup=false")
                .run(context -> {
                    Case patient = new Case(listener(context), new CallWatch(), PATIENCE, () -> admin);
                    fill(context, 1, "refund");
                    fill(context, 260, "sale");
                    assertThat(patient.excluding()).isEmpty();

                    admin.skipBacklog(group, topic);

                    assertThat(new Case(listener(context), new CallWatch(), PATIENCE, () -> admin).excluding())
                            .singleElement()
                            .hasToString("topic=" + topic
                                    + ", wanted=[refund], there=[sale], looked at=256 newest of the last hour"
                                    + " and 0 unread");
                });
    }

    @Test
    void tellsThatEverythingIsConsumed() {
        runner.withBean(Patient.class).run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend(topic, "A1");

            await().atMost(PATIENCE).untilAsserted(() -> assertFinding(context, Cause.AT_END, "group=" + group));
            assertThat(diagnosis(context).isHealthy()).isTrue();
        });
    }

    @Test
    void tellsThatTheCacheIsFullAndThatListenerIsBehind() {
        Blocked blocked = new Blocked();
        runner.withBean(Blocked.class, () -> blocked)
                .withPropertyValues("ternmq.consumer.max-cached-messages=2")
                .run(context -> {
                    fill(context, 5);
                    assertThat(blocked.entered.await(30, TimeUnit.SECONDS)).isTrue();

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertFinding(context, Cause.CACHE_FULL, "maxCachedMessages=2"));
                    blocked.release.countDown();
                });
    }

    @Test
    void showsWhereTheListenerThatDoesNotReturnHangs() {
        Blocked blocked = new Blocked();
        runner.withBean(Blocked.class, () -> blocked)
                .withPropertyValues("ternmq.watch.stall-after=1ms")
                .run(context -> {
                    fill(context, 1);
                    assertThat(blocked.entered.await(30, TimeUnit.SECONDS)).isTrue();

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertFinding(context, Cause.STUCK, "CountDownLatch.await"));
                    assertThat(diagnosis(context).findings().get(0).explanation())
                            .contains("topic=" + topic, "DoctorIT$Blocked.listen");
                    blocked.release.countDown();
                });
    }

    static class Failing {

        @MessageListener(id = "patient", topics = "${topic}", group = "${group}")
        void listen(String text) {
            throw new IllegalStateException("no database: " + text);
        }
    }

    @Test
    void tellsThatListenerFailsOnEachMessage() {
        runner.withBean(Failing.class).run(context -> {
            fill(context, 4);

            await().atMost(PATIENCE).untilAsserted(() -> assertFinding(context, Cause.FAILING, "no database: A"));
            assertThat(remedy(context)).contains("dead letters after 16 times");
        });
    }

    static class FailingInOrder {

        @MessageListener(
                id = "patient",
                topics = "${topic}",
                group = "${group}",
                ordered = "true",
                retry = @Retry(delays = "10ms"))
        void listen(String text) {
            throw new IllegalStateException("no database: " + text);
        }
    }

    @Test
    void tellsThatListenerInOrderFailsAndGivesNothingUp() {
        runner.withBean(FailingInOrder.class).run(context -> {
            fill(context, 1);

            await().atMost(PATIENCE).untilAsserted(() -> assertFinding(context, Cause.FAILING, "no database: A"));
            assertThat(remedy(context)).contains("come again until they succeed");
        });
    }

    @Test
    void tellsHowFarBehindListenerIs() {
        Blocked blocked = new Blocked();
        runner.withBean(Blocked.class, () -> blocked).run(context -> {
            fill(context, 3);
            assertThat(blocked.entered.await(30, TimeUnit.SECONDS)).isTrue();

            assertFinding(context, Cause.BEHIND, "messages=3");
            assertThat(diagnosis(context).isHealthy()).isTrue();
            blocked.release.countDown();
        });
    }

    @Test
    void tellsThatTheClusterDoesNotAnswer() throws Exception {
        Broker lost = Broker.start(BrokerConfig.builder().build());
        runner.withBean(Patient.class)
                .withPropertyValues("ternmq.name-server=" + lost.address(), "ternmq.request-timeout=500ms")
                .run(context -> {
                    lost.close();

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertFinding(context, Cause.UNREACHABLE, lost.address()));
                });
    }

    @Test
    void leavesNoThreadOfTheWatchBehind() {
        runner.withBean(Patient.class)
                .withPropertyValues("ternmq.watch.interval=10ms")
                .run(context -> await().atMost(PATIENCE)
                        .until(() -> context.getBean(ListenerWatch.class)
                                .backlog("patient")
                                .isPresent()));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .doesNotContain("ternmq-watch"));
    }

    private void fill(ApplicationContext context, int messages) {
        fill(context, topic, messages);
    }

    private void fill(ApplicationContext context, int messages, String tag) {
        fill(context, topic + ":" + tag, messages);
    }

    private static void fill(ApplicationContext context, String destination, int messages) {
        for (int i = 0; i < messages; i++) {
            context.getBean(MessageTemplate.class).convertAndSend(destination, "A" + i);
        }
    }

    private static ListenerContainer listener(ApplicationContext context) {
        return context.getBean(ListenerRegistry.class).container("patient").orElseThrow();
    }

    private static Diagnosis diagnosis(ApplicationContext context) {
        return context.getBean(Doctor.class).examine(listener(context));
    }

    private static String remedy(ApplicationContext context) {
        return diagnosis(context).findings().get(0).remedy();
    }

    private static void assertFinding(AssertableApplicationContext context, Cause cause, String fact) {
        assertThat(context).hasNotFailed();
        Diagnosis diagnosis = diagnosis(context);
        assertThat(diagnosis.findings())
                .extracting(Finding::cause)
                .as(diagnosis.toString())
                .containsExactly(cause);
        Finding finding = diagnosis.findings().get(0);
        assertThat(finding.explanation()).contains(fact);
        assertThat(finding.remedy().isEmpty()).isEqualTo(cause.isHealthy());
    }
}
