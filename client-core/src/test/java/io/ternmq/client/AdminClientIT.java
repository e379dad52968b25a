package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.BrokerStatus;
import io.ternmq.client.admin.ClientInfo;
import io.ternmq.client.admin.ConsumerInfo;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.client.admin.DeadLetterPage;
import io.ternmq.client.admin.DirectConsumption;
import io.ternmq.client.admin.DirectConsumption.Outcome;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.client.admin.GroupProgress;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.SubscriptionInfo;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.client.admin.TopicStatus;
import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Administration of the embedded broker. */
class AdminClientIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String topic = "administered-" + NAMES.incrementAndGet();
    private final String group = "administering-" + NAMES.get();
    private final Queue<Message> received = new ConcurrentLinkedQueue<>();
    private final List<Admin> opened = new ArrayList<>();
    private AdminClient admin;
    private Producer producer;

    @BeforeEach
    void open() {
        admin = AdminClient.create(client());
        admin.createTopic(TopicSpec.of(topic, 1));
        producer =
                MQFactory.createProducer(ProducerConfig.builder(client(), group).build());
        opened.add(producer);
        producer.start();
    }

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
        admin.close();
    }

    @Test
    void tellsWhatATopicHolds() {
        Instant before = Instant.now().minusMillis(1);
        send("one", "two");

        TopicStatus status = admin.topicStatus(topic).orElseThrow();

        assertThat(status.messages()).isEqualTo(2);
        assertThat(status.storedPerSecond()).isPositive();
        assertThat(status.queues()).singleElement().satisfies(queue -> {
            assertThat(queue.queue()).isEqualTo(queue());
            assertThat(queue.endOffset()).isEqualTo(2);
            assertThat(queue.lastStored()).isAfter(before);
        });
        assertThat(admin.stored(topic).lastMinute().messages()).isEqualTo(2);
        assertThat(admin.stored("never-sent-to").lastDay().messages()).isZero();
        assertThat(admin.topicStatus("not-there")).isEmpty();
    }

    @Test
    void grantsAndTakesPermissions() {
        admin.permitTopic(topic, true, false);

        assertThat(admin.topic(topic)).contains(new TopicSpec(topic, 1, 1, true, false, false));
        assertThatThrownBy(() -> send("refused"))
                .isInstanceOfSatisfying(
                        MQClientException.class,
                        e -> assertThat(e.getResponseCode()).isEqualTo(16));
        admin.permitTopic(topic, true, true);
        assertThatThrownBy(() -> admin.permitTopic("not-there", true, true))
                .isInstanceOfSatisfying(
                        MQClientException.class,
                        e -> assertThat(e.getResponseCode()).isEqualTo(17));
    }

    @Test
    void tellsWhoIsOnlineAndHowFarTheyAre() {
        send("one", "two", "three");
        consumer("t", this::accept);
        awaitReceived(3);

        await().untilAsserted(() -> assertThat(admin.progress(group).lag(topic)).isZero());
        GroupProgress progress = admin.progress(group, topic);
        assertThat(progress.queues()).singleElement().satisfies(queue -> {
            assertThat(queue.queue()).isEqualTo(queue());
            assertThat(queue.committedOffset()).isEqualTo(3);
            assertThat(queue.lastConsumed()).isNotNull();
        });
        assertThat(progress.consumedPerSecond()).isPositive();
        assertThat(admin.delivered(group, topic).lastHour().messages()).isEqualTo(3);
        assertThat(admin.ages(group, topic)).singleElement().satisfies(age -> {
            assertThat(age.behind()).isEqualTo(Duration.ZERO);
            assertThat(age.consumedUntil()).isEqualTo(age.lastStored());
        });
        GroupMembers members = admin.members(group).orElseThrow();
        assertThat(members.clients()).singleElement().satisfies(client -> {
            assertThat(client.address()).startsWith("127.0.0.1:");
            assertThat(client.language()).isEqualTo("JAVA");
        });
        assertThat(members.subscriptions()).contains(new SubscriptionInfo(topic, "t", "TAG"));
        assertThat(members.messageModel()).isEqualTo("CLUSTERING");
        assertThat(admin.groupsOf(topic)).containsExactly(group);
        assertThat(admin.topicsOf(group)).contains(topic);
        String id = members.clients().get(0).clientId();
        assertThat(admin.producers(group)).extracting(ClientInfo::clientId).containsExactly(id);
        assertThat(admin.producers()).containsKey(group);
        assertThat(admin.members("nobody")).isEmpty();
        assertThat(admin.producers("nobody")).isEmpty();
    }

    @Test
    void putsAGroupBackWhileItConsumes() {
        send("one", "two");
        consumer("*", this::accept);
        awaitReceived(2);

        Map<TopicPartition, Long> offsets = admin.resetToTime(group, topic, Instant.EPOCH);

        assertThat(offsets).containsEntry(queue(), 0L);
        awaitReceived(4);
        await().untilAsserted(() -> assertThat(admin.progress(group).lag(topic)).isZero());
    }

    @Test
    void putsAGroupThatIsOfflineSomewhereElse() {
        admin.createGroup(GroupSpec.of(group));
        send("one", "two", "three");

        assertThat(admin.skipBacklog(group, topic)).containsEntry(queue(), 3L);
        assertThat(committed(group)).isEqualTo(3);
        admin.resetToOffset(group, queue(), 1);
        assertThat(committed(group)).isEqualTo(1);
        admin.copyProgress(group, group + "-copy", topic);
        assertThat(committed(group + "-copy")).isEqualTo(1);

        consumer("*", this::accept);
        awaitReceived(2);
        assertThatThrownBy(() -> admin.resetToTime(group, "not-there", Instant.EPOCH))
                .isInstanceOfSatisfying(
                        MQClientException.class,
                        e -> assertThat(e.getResponseCode()).isEqualTo(17));
    }

    @Test
    void tellsWhatAConsumerIsDoing() {
        send("one", "two");
        consumer("*", this::accept);
        awaitReceived(2);
        String id = onlyClient();

        ConsumerInfo info = admin.consumer(group, id, true);

        assertThat(info.properties())
                .containsEntry("PROP_CONSUME_TYPE", "CONSUME_PASSIVELY")
                .containsEntry("PROP_CONSUMEORDERLY", "false")
                .containsKey("PROP_CONSUMER_START_TIMESTAMP");
        assertThat(info.subscriptions()).contains(new SubscriptionInfo(topic, "*", "TAG"));
        assertThat(info.queues())
                .filteredOn(queue -> queue.queue().equals(queue()))
                .singleElement()
                .satisfies(queue -> {
                    assertThat(queue.locked()).isFalse();
                    assertThat(queue.lastPulled()).isNotNull();
                });
        assertThat(info.rates().get(topic).consumedPerSecond()).isPositive();
        assertThat(info.rates().get(topic).pulledPerSecond()).isPositive();
        assertThat(info.stacks())
                .hasValueSatisfying(stacks -> assertThat(stacks).contains("ternmq-client-operator", "io.ternmq"));
        assertThat(admin.consumer(group, id, false).stacks()).isEmpty();
        await().untilAsserted(
                        () -> assertThat(admin.positions(group, topic)).isEqualTo(Map.of(id, Map.of(queue(), 2L))));
        assertThat(admin.positions("nobody", topic)).isEmpty();
        assertThatThrownBy(() -> admin.consumer(group, "somebody", false))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("not online");
    }

    @Test
    void looksIntoAConsumerThatPollsAndMovesIt() {
        send("one", "two");
        PullConsumer consumer = MQFactory.createPullConsumer(PullConsumerConfig.builder(client(), group)
                .startFrom(StartPosition.earliest())
                .build());
        opened.add(0, consumer);
        consumer.subscribe(topic, "*");
        consumer.start();
        await().until(() -> received.addAll(consumer.poll(100)) && received.size() == 2);

        ConsumerInfo info = admin.consumer(group, onlyClient(), false);

        assertThat(info.properties()).containsEntry("PROP_CONSUME_TYPE", "CONSUME_ACTIVELY");
        assertThat(info.queues()).extracting(ConsumerInfo.ConsumedQueue::queue).containsExactly(queue());
        assertThat(info.rates().get(topic).pulledPerSecond()).isPositive();
        admin.resetToTime(group, topic, Instant.EPOCH);
        await().until(() -> received.addAll(consumer.poll(100)) && received.size() == 4);
    }

    @Test
    void handsAMessageToAConsumerOnceMore() {
        String id = producer.send(new Message(topic, "t", new byte[] {1})).getOffsetMessageId();
        AtomicReference<Supplier<@Nullable Action>> next = new AtomicReference<>(() -> Action.CommitMessage);
        consumer("*", (message, context) -> {
            received.add(message);
            return next.get().get();
        });
        awaitReceived(1);
        String message = received.element().getMsgID();

        assertThat(consumeNow(id).outcome()).isEqualTo(Outcome.CONSUMED);
        assertThat(received).hasSize(2).extracting(Message::getMsgID).containsOnly(message);
        next.set(() -> Action.ReconsumeLater);
        assertThat(consumeNow(id).outcome()).isEqualTo(Outcome.LATER);
        next.set(() -> null);
        assertThat(consumeNow(id).outcome()).isEqualTo(Outcome.NOTHING);
        next.set(() -> {
            throw new IllegalStateException("broken");
        });
        assertThat(consumeNow(id)).satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(result.remark())
                    .hasValueSatisfying(text -> assertThat(text).contains("broken"));
        });
        await().untilAsserted(() -> assertThat(admin.progress(group).lag()).isZero());
    }

    private DirectConsumption consumeNow(String offsetMessageId) {
        return admin.consumeNow(group, onlyClient(), topic, offsetMessageId);
    }

    private String onlyClient() {
        return admin.members(group).orElseThrow().clients().get(0).clientId();
    }

    @Test
    void readsDeadLettersAndSendsThemOnceMore() {
        AtomicBoolean hopeless = new AtomicBoolean(true);
        send("one", "two", "three");
        Consumer consumer = MQFactory.createConsumer(
                ConsumerConfig.builder(client(), group).maxReconsumeTimes(0).build());
        opened.add(0, consumer);
        consumer.subscribe(
                topic, "*", (message, context) -> hopeless.get() ? Action.ReconsumeLater : accept(message, context));
        consumer.start();
        await().until(() -> admin.deadLetters(group, 10).letters().size() == 3);

        DeadLetterPage first = admin.deadLetters(group, 2);
        DeadLetterPage second = admin.deadLetters(group, first.next(), 2);

        assertThat(first.last()).isFalse();
        assertThat(first.letters()).hasSize(2);
        assertThat(second.letters()).hasSize(1);
        assertThat(second.last()).isTrue();
        DeadLetter letter = first.letters().get(0);
        assertThat(letter.originTopic()).isEqualTo(topic);
        assertThat(letter.originMessageId()).isPresent();
        assertThat(letter.message().getReconsumeTimes()).isEqualTo(1);
        assertThat(letter.message().getTag()).isEqualTo("t");
        assertThat(letter.message().getUserProperties()).containsEntry("color", "blue");
        hopeless.set(false);

        admin.resend(letter);

        awaitReceived(1);
        Message again = received.element();
        assertThat(again.getMsgID()).isEqualTo(letter.message().getMsgID());
        assertThat(again.getBody()).isEqualTo(letter.message().getBody());
        assertThat(again.getUserProperties()).containsEntry("color", "blue");
        assertThat(again.getReconsumeTimes()).isZero();
        assertThat(admin.deadLetters(group, 10).letters()).hasSize(3);
        assertThat(admin.deadLetters("never-failed", 10).last()).isTrue();
    }

    @Test
    void tellsHowTheBrokerIsAndChangesItsSettings() {
        String name = admin.brokers().get(0).name();
        send("one");

        BrokerStatus status = admin.brokerStatus(name);

        assertThat(status.version()).startsWith("V5");
        assertThat(status.startedAt())
                .hasValueSatisfying(time -> assertThat(time).isBefore(Instant.now()));
        assertThat(status.storedPerSecond().orElseThrow()).isPositive();
        assertThat(status.diskUsed().orElseThrow()).isBetween(0.0, 1.0);
        admin.changeBrokerSettings(name, Map.of("retention", "100h"));
        assertThat(admin.brokerSettings(name)).containsEntry("retention", "PT100H");
        assertThatThrownBy(() -> admin.changeBrokerSettings(name, Map.of("port", "1")))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("cannot be changed while the broker runs");
        assertThatThrownBy(() -> admin.brokerStatus("not-there"))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("not-there");
    }

    private void send(String... bodies) {
        for (String body : bodies) {
            Message message = new Message(topic, "t", body.getBytes(StandardCharsets.UTF_8));
            message.putUserProperties("color", "blue");
            producer.send(message);
        }
    }

    private void consumer(String expression, MessageListener listener) {
        Consumer consumer =
                MQFactory.createConsumer(ConsumerConfig.builder(client(), group).build());
        opened.add(0, consumer);
        consumer.subscribe(topic, expression, listener);
        consumer.start();
    }

    private Action accept(Message message, ConsumeContext context) {
        received.add(message);
        return Action.CommitMessage;
    }

    private void awaitReceived(int count) {
        await().atMost(Duration.ofSeconds(30)).until(() -> received.size() >= count);
        assertThat(received).hasSize(count);
    }

    private long committed(String name) {
        return admin.progress(name, topic).queues().get(0).committedOffset();
    }

    private TopicPartition queue() {
        return new TopicPartition(topic, "ternmq", 0);
    }

    private static ClientConfig client() {
        return ClientConfig.of(BROKER.address());
    }
}
