package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.Assignment;
import io.ternmq.client.AssignmentListener;
import io.ternmq.client.MQClientException;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.Revocation;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.PullConsumers;
import io.ternmq.spring.core.ReceivingTemplate;
import io.ternmq.spring.support.TernMQHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.Message;

/**
 * Messages that an application asks a genuine broker for itself, listeners that choose where they begin, and operators
 * who move either while they run.
 */
@ExtendWith(InteropLab.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StarterReceivingOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LONG_AGO = "1000000000000";

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final AdminClient admin;
    private ConfigurableApplicationContext application;
    private MessageTemplate sends;
    private ReceivingTemplate receives;

    StarterReceivingOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.admin = Applications.admin(lab, broker);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    record Order(String id, int amount) {}

    @BeforeAll
    void start() {
        application = Applications.start(lab, broker, Application.class);
        sends = application.getBean(MessageTemplate.class);
        receives = application.getBean(ReceivingTemplate.class);
    }

    @AfterAll
    void stop() {
        application.close();
        admin.close();
    }

    private String topic(int queues) {
        String topic = lab.name("received");
        admin.createTopic(TopicSpec.of(topic, queues));
        return topic;
    }

    @Test
    void receivesTheNextMessageForAGroupAndCommitsIt() {
        String topic = topic(1);
        sends.convertAndSend(topic + ":vip", new Order("1", 10), Map.of(TernMQHeaders.KEYS, "k1"));
        sends.convertAndSend(topic + ":usual", new Order("2", 20));
        sends.convertAndSend(topic + ":late", "as it is", Map.of("colour", "red"));
        String desk = topic + "_desk";
        String wanted = topic + ":vip||late";

        assertThat(receives.receiveAndConvert(desk, wanted, Order.class, PATIENCE))
                .contains(new Order("1", 10));
        Message<byte[]> last = receives.receive(desk, wanted, PATIENCE).orElseThrow();
        assertThat(last.getPayload()).asString(StandardCharsets.UTF_8).isEqualTo("as it is");
        assertThat(last.getHeaders())
                .containsEntry("colour", "red")
                .containsEntry(TernMQHeaders.TAGS, "late")
                .containsEntry(TernMQHeaders.GROUP, desk);
        assertThat(receives.receive(desk, wanted, Duration.ofMillis(10))).isEmpty();
        assertThat(admin.progress(desk, topic).lag()).isZero();
    }

    @Test
    void anotherApplicationGoesOnBehindWhatWasReceived() {
        String topic = topic(1);
        String group = topic + "_desk";
        IntStream.range(0, 4).forEach(i -> sends.convertAndSend(topic, "m" + i));
        try (ConfigurableApplicationContext first = Applications.start(lab, broker, Application.class)) {
            ReceivingTemplate template = first.getBean(ReceivingTemplate.class);
            assertThat(template.receiveAndConvert(group, topic, String.class, PATIENCE))
                    .contains("m0");
            assertThatThrownBy(() -> template.receive(group, topic, String.class, PATIENCE, text -> {
                        throw new IllegalStateException("cannot work on " + text);
                    }))
                    .hasMessage("cannot work on m1");
            assertThat(template.receiveAndConvert(group, topic, String.class, PATIENCE))
                    .contains("m1");
        }

        assertThat(receives.receiveAndConvert(group, topic, String.class, PATIENCE))
                .contains("m2");
        assertThat(receives.receiveAndConvert(group, topic, String.class, PATIENCE))
                .contains("m3");
        assertThat(admin.progress(group, topic).lag()).isZero();
    }

    @Test
    void worksOffATopic() {
        String topic = topic(4);
        String group = topic + "_job";
        IntStream.range(0, 40).forEach(i -> sends.convertAndSend(topic, "m" + i));
        List<String> got = new ArrayList<>();

        try (PullConsumer job =
                application.getBean(PullConsumers.class).open(group, settings -> settings.maxPollMessages(30))) {
            job.subscribe(topic, "*");
            await().atMost(PATIENCE).until(() -> {
                job.poll(Duration.ofSeconds(1)).forEach(message -> got.add(text(message)));
                job.commitSync();
                return got.size() >= 40;
            });
        }

        assertThat(got).hasSize(40).doesNotHaveDuplicates();
        assertThat(admin.progress(group, topic).lag()).isZero();
    }

    @Test
    void readsFromATimeOnWhereverAnyGroupIs() {
        String topic = topic(2);
        sends.convertAndSend(topic, "old");
        Instant now = awaitLaterThanStored();
        sends.convertAndSend(topic, "young");

        assertThat(read(topic, StartPosition.at(now), 1)).containsExactly("young");
        assertThat(read(topic, StartPosition.at(now), 1)).containsExactly("young");
        assertThat(read(topic, StartPosition.earliest(), 2)).containsExactlyInAnyOrder("old", "young");
        PullConsumers consumers = application.getBean(PullConsumers.class);
        try (PullConsumer latest = consumers.openReader(topic, StartPosition.latest())) {
            sends.convertAndSend(topic, "youngest");
            assertThat(latest.poll(PATIENCE))
                    .extracting(StarterReceivingOnGenuineBrokerIT::text)
                    .containsExactly("youngest");
        }
        assertThatThrownBy(() -> consumers.openReader(topic + "_nowhere", StartPosition.earliest()))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining(topic + "_nowhere");
    }

    private List<String> read(String topic, StartPosition from, int count) {
        try (PullConsumer reader = application.getBean(PullConsumers.class).openReader(topic, from)) {
            List<String> got = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                reader.poll(Duration.ofSeconds(1)).forEach(message -> got.add(text(message)));
                return got.size() >= count;
            });
            return got;
        }
    }

    /** The broker's clock is the same. */
    private static Instant awaitLaterThanStored() {
        Instant later = Instant.now().plusMillis(1);
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(later));
        return later;
    }

    /** Who moves a group back to its beginning. */
    enum Operator {
        ADMIN_CLIENT,
        MQADMIN;

        void rewind(StarterReceivingOnGenuineBrokerIT test, String group, String topic) {
            switch (this) {
                case ADMIN_CLIENT -> test.admin.resetToTime(group, topic, Instant.EPOCH);
                case MQADMIN ->
                    assertThat(test.lab
                                    .mqAdmin()
                                    .mqAdmin(
                                            "resetOffsetByTime",
                                            "-g",
                                            group,
                                            "-t",
                                            topic,
                                            "-s",
                                            LONG_AGO,
                                            "-n",
                                            test.broker.nameServer()))
                            .containsPattern("0 +0\\b");
            }
        }
    }

    /** A member follows with its next fetch, for which one that waits at the broker needs a message. */
    @ParameterizedTest
    @EnumSource
    void receivesOnceMoreWhatAnOperatorRewinds(Operator operator) {
        String topic = topic(1);
        String group = topic + "_desk";
        sends.convertAndSend(topic, "first");
        assertThat(receives.receiveAndConvert(group, topic, String.class, PATIENCE))
                .contains("first");

        operator.rewind(this, group, topic);
        sends.convertAndSend(topic, "second");

        for (String text : List.of("first", "second")) {
            assertThat(receives.receiveAndConvert(group, topic, String.class, PATIENCE))
                    .contains(text);
        }
        assertThat(admin.progress(group, topic).lag()).isZero();
    }

    /** Keeps what it is told and given. */
    private static final class Desk implements AssignmentListener {

        final Queue<String> got = new ConcurrentLinkedQueue<>();
        final AtomicInteger assigned = new AtomicInteger();
        final AtomicInteger revoked = new AtomicInteger();
        private final BiConsumer<Assignment, TopicPartition> choice;

        Desk(BiConsumer<Assignment, TopicPartition> choice) {
            this.choice = choice;
        }

        @Override
        public void onAssigned(Assignment assignment) {
            assignment.queues().forEach(queue -> choice.accept(assignment, queue));
            assigned.addAndGet(assignment.queues().size());
        }

        @Override
        public void onRevoked(Revocation revocation) {
            revoked.addAndGet(revocation.queues().size());
        }

        ListenerEndpoint listener(String id, String topic) {
            return ListenerEndpoint.builder(id)
                    .group(id)
                    .topic(topic)
                    .listener((message, context) -> {
                        got.add(text(message));
                        return Action.CommitMessage;
                    })
                    .assignmentListener(this)
                    .build();
        }

        void awaitTexts(String... texts) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactlyInAnyOrder(texts));
        }
    }

    @ParameterizedTest
    @EnumSource
    void listenerGoesOnWhereAnOperatorRewindsItAndIsNotToldOfQueues(Operator operator) {
        String topic = topic(1);
        String group = topic + "_desk";
        Desk desk = new Desk((assignment, queue) -> {});
        ListenerRegistry registry = application.getBean(ListenerRegistry.class);
        sends.convertAndSend(topic, "first");
        registry.register(desk.listener(group, topic));
        desk.awaitTexts("first");

        operator.rewind(this, group, topic);
        sends.convertAndSend(topic, "second");

        desk.awaitTexts("first", "first", "second");
        assertThat(desk.assigned).hasValue(1);
        assertThat(desk.revoked).hasValue(0);
        registry.remove(group);
        assertThat(desk.revoked).hasValue(1);
        assertThat(admin.progress(group, topic).lag()).isZero();
    }

    @Test
    void listenerBeginsWhereItWantsEachTimeItIsStarted() {
        String topic = topic(1);
        sends.convertAndSend(topic, "old");
        Instant now = awaitLaterThanStored();
        sends.convertAndSend(topic, "young");
        sends.convertAndSend(topic, "youngest");
        ListenerRegistry registry = application.getBean(ListenerRegistry.class);
        Desk byTime = new Desk((assignment, queue) -> assignment.seekToTime(queue, now));
        Desk byOffset = new Desk((assignment, queue) -> assignment.seek(queue, 2));

        registry.register(byTime.listener(topic + "_by_time", topic));
        registry.register(byOffset.listener(topic + "_by_offset", topic));
        byTime.awaitTexts("young", "youngest");
        byOffset.awaitTexts("youngest");
        for (String id : List.of(topic + "_by_time", topic + "_by_offset")) {
            registry.stop(id);
            assertThat(admin.progress(id, topic).lag()).isZero();
            registry.start(id);
        }

        byTime.awaitTexts("young", "youngest", "young", "youngest");
        byOffset.awaitTexts("youngest", "youngest");
        assertThat(byTime.revoked).hasValue(1);
        registry.remove(topic + "_by_time");
        registry.remove(topic + "_by_offset");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Branches.class)
    static class Pattern {}

    static class Branches {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = "#{@ternMQAdminClient.topics().?[#this matches '${t}_branch_.*']}",
                group = "${t}_branches")
        void take(String text) {
            got.add(text);
        }
    }

    @Test
    void listensToTheTopicsThatMatchWhenItStarts() {
        String t = lab.name("pattern");
        List<String> branches = List.of(t + "_branch_east", t + "_branch_west");
        branches.forEach(branch -> admin.createTopic(TopicSpec.of(branch, 1)));
        admin.createTopic(TopicSpec.of(t + "_root", 1));
        // Two registrations of a genuine broker in a row may overtake each other at its name server.
        await("topics").atMost(PATIENCE).until(() -> admin.topics().containsAll(branches));

        try (ConfigurableApplicationContext matching = Applications.start(lab, broker, Pattern.class, "t=" + t)) {
            assertThat(matching.getBean(ListenerRegistry.class).containers())
                    .singleElement()
                    .satisfies(
                            container -> assertThat(container.topics()).containsExactlyInAnyOrderElementsOf(branches));
            sends.convertAndSend(t + "_root", "not wanted");
            branches.forEach(branch -> sends.convertAndSend(branch, branch));

            Branches bean = matching.getBean(Branches.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bean.got).containsExactlyInAnyOrderElementsOf(branches));
        }
    }

    private static String text(io.ternmq.client.Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
