package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.client.admin.ConsumerInfo;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.client.admin.DirectConsumption;
import io.ternmq.client.admin.FoundMessage;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.client.admin.GroupProgress;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.MessagePage;
import io.ternmq.client.admin.SubscriptionInfo;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.client.admin.TopicStatus;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What TernMQ's admin client shows and does, with any broker and clients of either kind. */
@ExtendWith(InteropLab.Resolver.class)
abstract class TernMQAdminContract {
    /** Two registrations of a genuine broker in a row may overtake each other at its name server; it registers anew every 30 s. */
    private static final Duration VISIBLE = Duration.ofSeconds(45);

    private final InteropLab lab;
    private final BrokerTarget broker;

    TernMQAdminContract(InteropLab lab, BrokerTarget broker) {
        this.lab = lab;
        this.broker = broker;
    }

    @Test
    void findsMessages() {
        String topic = Topics.create(lab, broker, 2);
        Sent sent = lab.tool(broker).send(Outgoing.text(topic, "one").keyed("one-key other-key"));
        Sent next = lab.tool(broker).send(Outgoing.text(topic, "two").keyed("other-key"));

        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            await("index")
                    .atMost(VISIBLE)
                    .untilAsserted(() -> assertThat(admin.queryByKey(topic, "other-key"))
                            .extracting(found -> found.message().getMsgID())
                            .containsExactly(sent.messageId(), next.messageId()));
            assertThat(admin.queryByUniqueKey(topic, next.messageId()))
                    .extracting(FoundMessage::offsetMessageId)
                    .containsExactly(next.offsetMessageId());
            for (String id : List.of(sent.messageId(), sent.offsetMessageId())) {
                assertThat(admin.queryById(topic, id))
                        .get()
                        .satisfies(found -> assertThat(found.message().getKey()).isEqualTo("one-key other-key"));
            }
            MessagePage page = admin.queryByTime(topic, Instant.EPOCH, Instant.MAX, 1);
            assertThat(page.messages()).hasSize(1);
            assertThat(page.last()).isFalse();
            MessagePage rest = admin.queryByTime(topic, Instant.EPOCH, Instant.MAX, page.next(), 10);
            assertThat(rest.messages()).hasSize(1);
            assertThat(rest.last()).isTrue();
        }
    }

    @Test
    void createsChangesListsAndDeletesATopic() {
        String name = lab.name("administered");
        TopicSpec changed = new TopicSpec(name, 6, 2, true, true, false);

        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            admin.createTopic(TopicSpec.of(name, 3));
            await("topic known").atMost(VISIBLE).until(() -> admin.topics().contains(name));
            assertThat(admin.topic(name)).contains(TopicSpec.of(name, 3));

            admin.createTopic(changed);
            await("topic changed")
                    .atMost(VISIBLE)
                    .untilAsserted(() -> assertThat(admin.route(name))
                            .get()
                            .satisfies(route -> assertThat(route.queues())
                                    .singleElement()
                                    .satisfies(queues -> {
                                        assertThat(queues.readQueues()).isEqualTo(6);
                                        assertThat(queues.writeQueues()).isEqualTo(2);
                                    })));
            assertThat(admin.topic(name)).contains(changed);

            admin.deleteTopic(name);
            await("topic gone").atMost(VISIBLE).until(() -> !admin.topics().contains(name));
            assertThat(admin.route(name)).isEmpty();
        }
    }

    @Test
    void createsListsAndDeletesAGroup() {
        GroupSpec group = new GroupSpec(lab.name("administered"), true, false, false, 7, 2);

        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            admin.createGroup(group);
            assertThat(admin.group(group.name())).contains(group);
            assertThat(admin.groups()).contains(group.name());

            admin.deleteGroup(group.name());
            assertThat(admin.groups()).doesNotContain(group.name());
        }
    }

    @Test
    void listsTheBrokers() {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            assertThat(admin.brokers())
                    .singleElement()
                    .satisfies(one -> assertThat(one.cluster()).isEqualTo(broker.clusterName()))
                    .extracting(BrokerInfo::masterAddress)
                    .asString()
                    .startsWith("127.0.0.1:");
        }
    }

    @Test
    void tellsWhatTopicsHoldAndWhoIsOnline() {
        String topic = Topics.create(lab, broker, 2);
        String group = lab.name("consumers");
        lab.tool(broker).send(Outgoing.text(topic, "one"), 1);
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()));
                TestConsumer consumer = genuine().consumer(settings(group, topic))) {
            MessagingContract.awaitTexts(consumer, "one");

            TopicStatus status = admin.topicStatus(topic).orElseThrow();
            assertThat(status.queues())
                    .extracting(TopicStatus.QueueStatus::messages)
                    .containsExactly(0L, 1L);
            GroupMembers members = admin.members(group).orElseThrow();
            assertThat(members.clients()).singleElement().satisfies(one -> {
                assertThat(one.language()).isEqualTo("JAVA");
                assertThat(one.address()).startsWith("127.0.0.1:");
            });
            assertThat(members.subscriptions()).contains(new SubscriptionInfo(topic, "*", "TAG"));
            await("progress")
                    .atMost(VISIBLE)
                    .untilAsserted(() -> assertThat(admin.progress(group, topic).queues())
                            .extracting(GroupProgress.QueueProgress::committedOffset)
                            .containsExactly(0L, 1L));
            assertThat(admin.progress(group).lag(topic)).isZero();
            assertThat(admin.groupsOf(topic)).contains(group);
            assertThat(admin.topicsOf(group)).contains(topic);
            assertThat(admin.ages(group, topic)).hasSize(2);
            assertThat(admin.members(lab.name("nobody"))).isEmpty();
            assertThat(admin.producers()).containsKey("interop_tool");
            assertThat(admin.producers("interop_tool")).isNotEmpty();
            // Genuine brokers count from their second sample on, ten seconds later.
            await("statistics").atMost(Duration.ofSeconds(60)).until(() -> {
                lab.tool(broker).send(Outgoing.text(topic, "more"), 1);
                return admin.stored(topic).lastMinute().messages() > 0;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void looksIntoConsumersOfEitherKindAndHandsThemMessages(boolean own) {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        Sent sent = lab.tool(broker).send(Outgoing.text(topic, "one"), 0);
        Messaging kind = own ? lab.ternmqClient() : genuine();
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()));
                TestConsumer consumer = kind.consumer(settings(group, topic))) {
            MessagingContract.awaitTexts(consumer, "one");
            String id = admin.members(group).orElseThrow().clients().get(0).clientId();

            ConsumerInfo info = admin.consumer(group, id, true);

            assertThat(info.properties()).containsEntry("PROP_CONSUME_TYPE", "CONSUME_PASSIVELY");
            assertThat(info.queues()).extracting(queue -> queue.queue().topic()).contains(topic);
            assertThat(info.subscriptions()).contains(new SubscriptionInfo(topic, "*", "TAG"));
            assertThat(info.rates()).containsKey(topic);
            assertThat(info.stacks()).isPresent();
            assertThat(admin.positions(group, topic).get(id))
                    .containsKey(
                            new TopicPartition(topic, admin.brokers().get(0).name(), 0));
            assertThat(admin.consumeNow(group, id, topic, sent.offsetMessageId())
                            .outcome())
                    .isEqualTo(DirectConsumption.Outcome.CONSUMED);
            MessagingContract.awaitTexts(consumer, "one", "one");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resetsGroupsOfEitherKindWhileTheyConsumeAndAfterwards(boolean own) {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        lab.tool(broker).send(Outgoing.text(topic, "one"), 0);
        Messaging kind = own ? lab.ternmqClient() : genuine();
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            TopicPartition queue =
                    new TopicPartition(topic, admin.brokers().get(0).name(), 0);
            try (TestConsumer consumer = kind.consumer(settings(group, topic))) {
                MessagingContract.awaitTexts(consumer, "one");

                assertThat(admin.resetToTime(group, topic, Instant.EPOCH)).containsEntry(queue, 0L);

                await("once more")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> consumer.received().size() == 2);
            }
            lab.tool(broker).send(Outgoing.text(topic, "two"), 0);
            assertThat(admin.skipBacklog(group, topic)).containsEntry(queue, 2L);
            assertThat(admin.progress(group, topic).lag()).isZero();
            admin.resetToOffset(group, queue, 1);
            assertThat(admin.progress(group, topic).lag()).isEqualTo(1);
            admin.copyProgress(group, lab.name("copy"), topic);
            try (TestConsumer consumer = kind.consumer(settings(group, topic))) {
                MessagingContract.awaitTexts(consumer, "two");
            }
        }
    }

    @Test
    void readsDeadLettersAndSendsThemOnceMore() {
        String topic = Topics.create(lab, broker, 1);
        String group = lab.name("consumers");
        lab.tool(broker).send(Outgoing.text(topic, "hopeless").tagged("tag"), 0);
        Consumer failing = MQFactory.createConsumer(ConsumerConfig.builder(ClientConfig.of(broker.nameServer()), group)
                .startFrom(StartPosition.earliest())
                .maxReconsumeTimes(0)
                .build());
        failing.subscribe(topic, "*", (message, context) -> Action.ReconsumeLater);
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            failing.start();
            DeadLetter letter = await("dead letter")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> admin.deadLetters(group, 5).letters(), letters -> letters.size() == 1)
                    .get(0);
            failing.shutdown();
            assertThat(letter.originTopic()).isEqualTo(topic);
            assertThat(letter.message().getTag()).isEqualTo("tag");

            admin.resend(letter);

            try (TestConsumer consumer = genuine().consumer(settings(lab.name("others"), topic))) {
                MessagingContract.awaitTexts(consumer, "hopeless", "hopeless");
                assertThat(consumer.received())
                        .extracting(Delivered::messageId)
                        .containsOnly(letter.message().getMsgID());
            }
        } finally {
            failing.shutdown();
        }
    }

    @Test
    void tellsHowBrokersAreAndGrantsPermissions() {
        String topic = Topics.create(lab, broker, 1);
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            String name = admin.brokers().get(0).name();

            assertThat(admin.brokerStatus(name).version()).containsPattern("V5_\\d");
            assertThat(admin.brokerStatus(name).startedAt()).isPresent();
            assertThat(admin.brokerSettings(name)).containsEntry("brokerName", name);
            admin.changeBrokerSettings(name, Map.of("fileReservedTime", "71"));
            assertThat(admin.brokerSettings(name)).containsEntry("fileReservedTime", "71");
            admin.permitTopic(topic, true, false);
            assertThat(admin.topic(topic).orElseThrow().writable()).isFalse();
        }
    }

    private GenuineClient genuine() {
        return lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
    }

    private ConsumerSettings settings(String group, String topic) {
        return ConsumerSettings.of(broker.nameServer(), group, topic);
    }
}
