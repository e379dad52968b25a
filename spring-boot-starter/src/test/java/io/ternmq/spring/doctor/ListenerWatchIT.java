package io.ternmq.spring.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.boot.TernMQClustersAutoConfiguration;
import io.ternmq.spring.boot.operation.TernMQOperationAutoConfiguration;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;

/** What the watch over listeners tells, in the log and to the application, with a real broker. */
class ListenerWatchIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger NAMES = new AtomicInteger();

    @RegisterExtension
    static final EmbeddedBroker broker = new EmbeddedBroker();

    private final String topic = "watched-" + NAMES.incrementAndGet();
    private final String group = "watched-group-" + NAMES.get();
    private final HeldUp heldUp = new HeldUp();
    private final AtomicLong nanos = new AtomicLong();
    private final List<Object> events = new CopyOnWriteArrayList<>();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQClustersAutoConfiguration.class,
                    TernMQOperationAutoConfiguration.class))
            .withBean(HeldUp.class, () -> heldUp)
            .withPropertyValues(
                    "ternmq.name-server=" + broker.address(),
                    "ternmq.watch.interval=1h",
                    "ternmq.consumer.consume-from=earliest",
                    "topic=" + topic,
                    "group=" + group);

    static class HeldUp {

        final AtomicInteger entered = new AtomicInteger();
        final Semaphore permits = new Semaphore(0);

        @MessageListener(id = "patient", topics = "${topic}", group = "${group}", concurrency = "1")
        void holdUp(String text) throws InterruptedException {
            entered.incrementAndGet();
            assertThat(permits.tryAcquire(60, TimeUnit.SECONDS)).as(text).isTrue();
        }
    }

    @BeforeEach
    void createTopic() {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.address()))) {
            admin.createTopic(TopicSpec.of(topic, 1));
        }
    }

    @Test
    void tellsOfStandstillOnceAndWhenItIsOverAndNotOfRest() {
        runner.run(context -> {
            ListenerWatch watch = watch(context, null);
            watch.look();
            assertThat(watch.backlog("patient"))
                    .hasValueSatisfying(
                            backlog -> assertThat(backlog.messages()).isZero());
            pass(Duration.ofHours(1));
            watch.look();
            fill(context, 3);
            await().atMost(PATIENCE).until(() -> heldUp.entered.get() == 1);

            watch.look();
            assertThat(events).isEmpty();
            assertThat(watch.backlog("patient"))
                    .hasValueSatisfying(
                            backlog -> assertThat(backlog.messages()).isEqualTo(3));
            pass(Duration.ofMinutes(3));
            watch.look();
            watch.look();

            assertThat(events).singleElement().isInstanceOfSatisfying(ListenerStalledEvent.class, event -> {
                assertThat(event.listenerId()).isEqualTo("patient");
                assertThat(event.group()).isEqualTo(group);
                assertThat(event.diagnosis().toString()).contains("STUCK", "HeldUp.holdUp(ListenerWatchIT.java:");
            });
            pass(Duration.ofMinutes(5));
            heldUp.permits.release();
            await().atMost(PATIENCE).until(() -> heldUp.entered.get() == 2);
            watch.look();
            watch.look();
            assertThat(events).hasSize(2);
            assertThat(events.get(1)).isEqualTo(new ListenerRecoveredEvent("patient", group, Duration.ofMinutes(5)));

            pass(Duration.ofMinutes(2));
            watch.look();
            assertThat(events).hasSize(3).last().isInstanceOf(ListenerStalledEvent.class);
            heldUp.permits.release(2);
        });
    }

    @Test
    void isSilentAboutListenerThatSomebodyHasPaused() {
        runner.run(context -> {
            ListenerWatch watch = watch(context, Duration.ofMinutes(1));
            watch.look();
            context.getBean(ListenerRegistry.class).pause("patient");
            fill(context, 1);
            pass(Duration.ofHours(1));
            watch.look();
            watch.look();
            assertThat(events).isEmpty();

            context.getBean(ListenerRegistry.class).resume("patient");
            await().atMost(PATIENCE).until(() -> heldUp.entered.get() == 1);
            watch.look();
            assertThat(events).isEmpty();
            heldUp.permits.release();
        });
    }

    @Test
    void tellsOfRecoveryAfterStandstillDuringWhichSomebodyHasPausedTheListener() {
        runner.run(context -> {
            ListenerWatch watch = watch(context, null);
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            watch.look();
            fill(context, 2);
            await().atMost(PATIENCE).until(() -> heldUp.entered.get() == 1);
            watch.look();
            pass(Duration.ofMinutes(3));
            watch.look();
            assertThat(events).singleElement().isInstanceOf(ListenerStalledEvent.class);

            registry.pause("patient");
            watch.look();
            pass(Duration.ofHours(1));
            registry.resume("patient");
            watch.look();
            assertThat(events).hasSize(1);
            heldUp.permits.release();
            await().atMost(PATIENCE).until(() -> heldUp.entered.get() == 2);
            watch.look();
            assertThat(events)
                    .hasSize(2)
                    .last()
                    .isEqualTo(new ListenerRecoveredEvent("patient", group, Duration.ofHours(1)));
            heldUp.permits.release();
        });
    }

    @Test
    void tellsOfRestOnceAndAgainAfterWork() {
        runner.run(context -> {
            ListenerWatch watch = watch(context, Duration.ofMinutes(10));
            watch.look();
            pass(Duration.ofMinutes(9));
            watch.look();
            assertThat(events).isEmpty();
            pass(Duration.ofMinutes(1));
            watch.look();
            pass(Duration.ofMinutes(10));
            watch.look();
            assertThat(events).containsExactly(new ListenerIdleEvent("patient", group, Duration.ofMinutes(10)));

            fill(context, 1);
            await().atMost(PATIENCE).until(() -> heldUp.entered.get() == 1);
            watch.look();
            pass(Duration.ofMinutes(1));
            watch.look();
            heldUp.permits.release();
            await().atMost(PATIENCE).until(() -> {
                watch.look();
                return watch.backlog("patient").orElseThrow().messages() == 0;
            });
            assertThat(events).hasSize(1);
            pass(Duration.ofMinutes(10));
            watch.look();
            assertThat(events).hasSize(2).last().isInstanceOf(ListenerIdleEvent.class);
        });
    }

    @Test
    void goesOnWhenWhoeverHearsOfEventFails() {
        runner.run(context -> {
            ListenerWatch watch = watch(context, Duration.ofMinutes(1), event -> {
                events.add(event);
                throw new IllegalStateException("cannot hear");
            });
            watch.look();
            pass(Duration.ofMinutes(1));
            watch.look();

            assertThat(events).hasSize(1);
        });
    }

    /** Ends an application that has done all there was to do. */
    static class Closing {

        private final ConfigurableApplicationContext context;
        private final List<String> heard = new CopyOnWriteArrayList<>();

        Closing(ConfigurableApplicationContext context) {
            this.context = context;
        }

        @EventListener
        void onIdle(ListenerIdleEvent event) {
            context.close();
            heard.add(event.listenerId() + ", interrupted="
                    + Thread.currentThread().isInterrupted());
        }
    }

    @Test
    void letsApplicationCloseItsContextWhenThereIsNothingLeftToDo() {
        heldUp.permits.release(3);
        runner.withBean(Closing.class)
                .withPropertyValues("ternmq.watch.interval=10ms", "ternmq.watch.idle-after=50ms")
                .run(context -> {
                    Closing closing = context.getBean(Closing.class);

                    await().atMost(PATIENCE)
                            .untilAsserted(
                                    () -> assertThat(closing.heard).containsExactly("patient, interrupted=false"));
                    assertThat(closing.context.isActive()).isFalse();
                });
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .doesNotContain("ternmq-watch"));
    }

    @Test
    void writesOneLineForEachStandstill() {
        Logger logger = (Logger) LoggerFactory.getLogger(ListenerWatch.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
        try {
            runner.withPropertyValues("ternmq.watch.interval=10ms", "ternmq.watch.stall-after=150ms")
                    .run(context -> {
                        fill(context, 2);
                        await().atMost(PATIENCE).until(() -> lines(appender).size() == 1);
                        await().during(Duration.ofMillis(500))
                                .atMost(PATIENCE)
                                .until(() -> lines(appender).size() == 1);
                        assertThat(lines(appender).get(0))
                                .startsWith("Listener has stalled: listener=patient, group=" + group
                                        + ", cluster=default: STUCK: ")
                                .contains("HeldUp.holdUp(ListenerWatchIT.java:");

                        heldUp.permits.release();
                        await().atMost(PATIENCE).until(() -> lines(appender).size() == 2);
                        await().during(Duration.ofMillis(500))
                                .atMost(PATIENCE)
                                .until(() -> lines(appender).size() == 2);
                        heldUp.permits.release();
                    });
        } finally {
            heldUp.permits.release();
            logger.detachAppender(appender);
        }
    }

    private List<String> lines(ListAppender<ILoggingEvent> appender) {
        return appender.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("group=" + group))
                .toList();
    }

    private ListenerWatch watch(ApplicationContext context, @Nullable Duration idleAfter) {
        return watch(context, idleAfter, events::add);
    }

    private ListenerWatch watch(ApplicationContext context, @Nullable Duration idleAfter, Consumer<Object> publisher) {
        Clusters clusters = context.getBean(Clusters.class);
        CallWatch calls = context.getBean(CallWatch.class);
        return new ListenerWatch(
                context.getBean(ListenerRegistry.class)::containers,
                // For the doctor a call is stuck at once: the time that the watch knows is the test's.
                new Doctor(clusters, calls, Duration.ofNanos(1)),
                clusters,
                calls,
                new ListenerWatch.Times(Duration.ofSeconds(30), Duration.ofMinutes(2), idleAfter),
                publisher,
                nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void fill(ApplicationContext context, int messages) {
        for (int i = 0; i < messages; i++) {
            context.getBean(MessageTemplate.class).convertAndSend(topic, "A" + i);
        }
    }
}
