package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Consumer;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.doctor.Cause;
import io.ternmq.spring.doctor.Diagnosis;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.Finding;
import io.ternmq.spring.doctor.ListenerIdleEvent;
import io.ternmq.spring.doctor.ListenerRecoveredEvent;
import io.ternmq.spring.doctor.ListenerStalledEvent;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** What the doctor finds where it has to ask the cluster, and that is a genuine one. */
@ExtendWith(InteropLab.Resolver.class)
class StarterDoctorOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private final String topic;
    private final String group;
    private final AdminClient admin;

    StarterDoctorOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("doctor");
        this.topic = t + "_topic";
        this.group = t + "_group";
        this.admin = Applications.admin(lab, broker);
    }

    @BeforeEach
    void createTopic() {
        admin.createTopic(TopicSpec.of(topic, 1));
    }

    @AfterEach
    void disconnect() {
        admin.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Patient.class)
    static class Application {}

    static class Patient {

        @MessageListener(id = "patient", topics = "${t}_topic", group = "${t}_group", tags = "${tags:*}")
        void listen(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Blocked.class)
    static class BlockedApplication {}

    static class Blocked {

        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @MessageListener(id = "patient", topics = "${t}_topic", group = "${t}_group", concurrency = "1")
        void listen(String text) throws InterruptedException {
            entered.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).as(text).isTrue();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Patient.class)
    static class Unheard {

        /** A consumer that nobody hears of. */
        @Bean
        ConsumerFactory consumers() {
            return config -> (Consumer) Proxy.newProxyInstance(
                    Consumer.class.getClassLoader(),
                    new Class<?>[] {Consumer.class},
                    (self, method, arguments) -> method.getReturnType() == boolean.class ? true : null);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Blocked.class, Heard.class})
    static class Watched {}

    static class Heard {

        final List<Object> events = new CopyOnWriteArrayList<>();

        @EventListener({ListenerIdleEvent.class, ListenerStalledEvent.class, ListenerRecoveredEvent.class})
        void hear(Object event) {
            events.add(event);
        }

        /** Whether there were events of these kinds, in this order, whatever else there was between them. */
        boolean inOrder(Class<?>... kinds) {
            int next = 0;
            for (Object event : events) {
                if (next < kinds.length && kinds[next].isInstance(event)) {
                    next++;
                }
            }
            return next == kinds.length;
        }
    }

    private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        return Applications.onBroker(lab, broker.nameServer(), configuration)
                .web(WebApplicationType.NONE)
                .properties("t=" + t, "ternmq.watch.interval=1h")
                .properties(properties)
                .run();
    }

    private static Diagnosis diagnosis(ApplicationContext application) {
        return application
                .getBean(Doctor.class)
                .examine(application
                        .getBean(ListenerRegistry.class)
                        .container("patient")
                        .orElseThrow());
    }

    private static void awaitFinding(ApplicationContext application, Cause cause, String fact) {
        await(cause.name())
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(diagnosis(application).findings())
                        .singleElement()
                        .satisfies(finding -> {
                            assertThat(finding.cause()).as("%s", finding).isEqualTo(cause);
                            assertThat(finding.explanation()).contains(fact);
                        }));
    }

    @Test
    void topicIsMissing() {
        admin.deleteTopic(topic);
        try (ConfigurableApplicationContext application = start(Application.class)) {
            awaitFinding(application, Cause.TOPIC_MISSING, topic);
        }
    }

    @Test
    void topicMayNotBeRead() {
        admin.permitTopic(topic, false, true);
        try (ConfigurableApplicationContext application = start(Application.class)) {
            awaitFinding(application, Cause.NO_PERMISSION, topic);
        }
    }

    @Test
    void groupIsDisabled() {
        admin.createGroup(new GroupSpec(group, false, true, false, 16, 1));
        try (ConfigurableApplicationContext application = start(Application.class)) {
            awaitFinding(application, Cause.GROUP_DISABLED, group);
        }
    }

    @Test
    void groupIsOffline() {
        try (ConfigurableApplicationContext application = start(Unheard.class)) {
            awaitFinding(application, Cause.GROUP_OFFLINE, group);
        }
    }

    @Test
    void thereAreMoreMembersThanQueues() {
        try (ConfigurableApplicationContext first = start(Application.class);
                ConfigurableApplicationContext second = start(Application.class)) {
            await("one without a queue")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(List.of(diagnosis(first), diagnosis(second)))
                            .flatExtracting(Diagnosis::findings)
                            .filteredOn(finding -> finding.cause() == Cause.NO_QUEUE)
                            .singleElement()
                            .satisfies(
                                    finding -> assertThat(finding.explanation()).contains("queues=1", "members=2")));
        }
    }

    @Test
    void membersSubscribeDifferently() {
        admin.createTopic(TopicSpec.of(topic, 4));
        try (ConfigurableApplicationContext first = start(Application.class);
                ConfigurableApplicationContext second = start(Application.class, "tags=other")) {
            awaitFinding(first, Cause.SUBSCRIPTION_DIFFERS, "others=");
            awaitFinding(second, Cause.SUBSCRIPTION_DIFFERS, "others=");
        }
    }

    @Test
    void filterExcludesWhatThereIs() {
        try (ConfigurableApplicationContext application = start(Application.class, "tags=create || pay")) {
            application.getBean(MessageTemplate.class).convertAndSend(topic + ":created", "A1");

            awaitFinding(application, Cause.FILTER_EXCLUDES, "wanted=[create, pay], there=[created]");
        }
    }

    @Test
    void filterIsNotToBlameWhereWhatIsWantedCameLast() {
        try (ConfigurableApplicationContext application = start(Application.class, "tags=refund")) {
            MessageTemplate messages = application.getBean(MessageTemplate.class);
            for (int i = 0; i < 100; i++) {
                messages.convertAndSend(topic + ":sale", "A" + i);
            }
            messages.convertAndSend(topic + ":refund", "B1");

            await("a healthy listener")
                    .atMost(PATIENCE)
                    .until(() -> diagnosis(application).isHealthy());
        }
    }

    @Test
    void listenerIsBehindAndThenAtTheEnd() throws Exception {
        try (ConfigurableApplicationContext application = start(BlockedApplication.class)) {
            for (int i = 0; i < 3; i++) {
                application.getBean(MessageTemplate.class).convertAndSend(topic, "A" + i);
            }
            Blocked blocked = application.getBean(Blocked.class);
            assertThat(blocked.entered.await(60, TimeUnit.SECONDS)).isTrue();

            awaitFinding(application, Cause.BEHIND, "messages=3");
            blocked.release.countDown();
            awaitFinding(application, Cause.AT_END, group);
            assertThat(diagnosis(application).findings())
                    .extracting(Finding::remedy)
                    .containsExactly("");
        }
    }

    @Test
    void applicationHearsOfRestStandstillAndRecovery() {
        try (ConfigurableApplicationContext application = start(
                Watched.class,
                "ternmq.watch.interval=50ms",
                "ternmq.watch.stall-after=200ms",
                "ternmq.watch.idle-after=200ms")) {
            Heard heard = application.getBean(Heard.class);
            await("rest").atMost(PATIENCE).until(() -> heard.inOrder(ListenerIdleEvent.class));

            application.getBean(MessageTemplate.class).convertAndSend(topic, "A1");
            await("standstill")
                    .atMost(PATIENCE)
                    .until(() -> heard.inOrder(ListenerIdleEvent.class, ListenerStalledEvent.class));
            application.getBean(Blocked.class).release.countDown();

            await("recovery, and rest again")
                    .atMost(PATIENCE)
                    .until(() -> heard.inOrder(
                            ListenerIdleEvent.class,
                            ListenerStalledEvent.class,
                            ListenerRecoveredEvent.class,
                            ListenerIdleEvent.class));
            assertThat(heard.events)
                    .hasAtLeastOneElementOfType(ListenerStalledEvent.class)
                    .filteredOn(ListenerStalledEvent.class::isInstance)
                    .extracting(event -> ((ListenerStalledEvent) event).group())
                    .containsOnly(group);
        }
    }
}
