package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.Admin;
import io.ternmq.client.AllocationStrategy;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several members of a group with one broker; each with threads, connections and an id of its own, as in processes. */
class ClusteringIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    /** A consumer that could as well be in another process. */
    private static final class Member {
        private final ClientRegistry registry = new ClientRegistry();
        private final DefaultConsumer consumer;
        private final Queue<Message> received = new ConcurrentLinkedQueue<>();
        private final ClientConfig client;

        Member(ConsumerConfig config, String topic) {
            this.client = config.client();
            this.consumer = new DefaultConsumer(config, registry);
            consumer.subscribe(topic, "*", (message, context) -> {
                received.add(message);
                return Action.CommitMessage;
            });
            consumer.start();
        }

        Set<Integer> queues() {
            return received.stream()
                    .map(Message::getTopicPartition)
                    .map(TopicPartition.class::cast)
                    .map(TopicPartition::queueId)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** What a killed process leaves to the broker: connections that are closed, and no word. */
        void crash() {
            ClientInstance instance = registry.acquire(client);
            registry.release(instance);
            registry.release(instance);
        }
    }

    private final String topic = "clustering-" + NAMES.incrementAndGet();
    private final String group = "clustering-group-" + NAMES.get();
    private final List<Admin> opened = new ArrayList<>();
    private final Map<String, Integer> sent = new ConcurrentHashMap<>();
    private Producer producer = MQFactory.createProducer(
            ProducerConfig.builder(ClientConfig.of(BROKER.address()), group).build());

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
        producer.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = AllocationStrategy.class,
            names = {"AVG", "AVG_BY_CIRCLE"})
    void splitsTheQueuesFairlyAndGivesEachMessageToOne(AllocationStrategy strategy) {
        create(9);
        List<Member> members =
                IntStream.range(0, 3).mapToObj(i -> member(strategy)).toList();
        awaitShares(members, 3);
        int before = total(members);

        send(90);

        await().until(() -> total(members) >= before + 90);
        assertThat(members).allSatisfy(member -> assertThat(member.queues()).hasSizeGreaterThanOrEqualTo(3));
        assertThat(members.stream().flatMap(member -> member.received.stream()).map(Message::getMsgID))
                .doesNotHaveDuplicates();
    }

    @Test
    void givesEachMessageToOneWithConsistentHashing() {
        create(16);
        List<Member> members = IntStream.range(0, 3)
                .mapToObj(i -> member(AllocationStrategy.CONSISTENT_HASH))
                .toList();

        send(160);

        await().until(() -> total(members) >= 160);
        await().during(Duration.ofMillis(300)).until(() -> total(members) >= 160);
        assertThat(bodies(members)).hasSize(160);
    }

    @Test
    void goesOnElsewhereAtOnceWhenAMemberLeavesAndDeliversNothingTwice() {
        create(8);
        Member stays = member(AllocationStrategy.AVG);
        Member leaves = member(AllocationStrategy.AVG);
        awaitShares(List.of(stays, leaves), 4);
        stays.received.clear();
        leaves.received.clear();
        send(80);
        await().until(() -> !leaves.received.isEmpty());

        leaves.consumer.shutdown();
        long start = System.nanoTime();
        send(80);

        await().pollInterval(Duration.ofMillis(5)).until(() -> total(List.of(stays, leaves)) >= 160);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("the broker tells the one that stays, long before its next look")
                .isLessThan(Duration.ofSeconds(10));
        assertThat(total(List.of(stays, leaves))).isEqualTo(160);
        assertThat(bodies(List.of(stays, leaves))).hasSize(160);
    }

    @Test
    void goesOnElsewhereWithinSecondsWhenAMemberCrashes() {
        create(8);
        Member stays = member(AllocationStrategy.AVG);
        Member crashes = member(AllocationStrategy.AVG);
        awaitShares(List.of(stays, crashes), 4);
        stays.received.clear();

        crashes.crash();
        long start = System.nanoTime();
        Set<String> before = Set.copyOf(sent.keySet());
        send(80);
        Set<String> after = new TreeSet<>(sent.keySet());
        after.removeAll(before);

        await().until(() -> bodies(List.of(stays)).containsAll(after));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("the broker tells the one that stays, long before its next look")
                .isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void takesTheNewQueuesOfATopicWithinSeconds() {
        create(2);
        Member member = member(AllocationStrategy.AVG);
        send(2);
        await().until(() -> member.queues().equals(Set.of(0, 1)));

        create(6);
        long start = System.nanoTime();
        producer.close();
        producer = MQFactory.createProducer(
                ProducerConfig.builder(ClientConfig.of(BROKER.address()), group).build());
        send(6);

        await().until(() -> member.queues().equals(Set.of(0, 1, 2, 3, 4, 5)));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("told by the broker, long before the next look at the route")
                .isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void beginsWhereTheConfigurationSaysAndAfterwardsWhereItWas() {
        create(1);
        send(5);
        String last = "m4";

        Member earliest = member(config("earliest").startFrom(StartPosition.earliest()));
        await().until(() -> bodies(List.of(earliest)).size() == 5);

        // As with genuine brokers: of a topic that still has its first message a new group gets everything.
        Member latest = member(config("latest").startFrom(StartPosition.latest()));
        await().until(() -> bodies(List.of(latest)).size() == 5);

        long stored = earliest.received.stream()
                .filter(message -> body(message).equals(last))
                .mapToLong(Message::getStoreTimestamp)
                .findFirst()
                .orElseThrow();
        await().until(() -> System.currentTimeMillis() > stored + 1);
        send(1);
        Member timed = member(config("timed").startFrom(StartPosition.at(Instant.ofEpochMilli(stored + 1))));
        await().until(() -> !timed.received.isEmpty());
        assertThat(bodies(List.of(timed))).containsExactly("m5");

        timed.consumer.shutdown();
        send(1);
        Member again = member(config("timed").startFrom(StartPosition.earliest()));
        await().until(() -> !again.received.isEmpty());
        assertThat(bodies(List.of(again))).containsExactly("m6");
    }

    @Test
    void deliversAFailedMessageAgainWhenItsListenerSays() {
        create(1);
        Queue<Message> tries = new ConcurrentLinkedQueue<>();
        DefaultConsumer consumer = new DefaultConsumer(
                config("retry").startFrom(StartPosition.earliest()).build(), new ClientRegistry());
        opened.add(consumer);
        consumer.subscribe(topic, "*", (message, context) -> {
            tries.add(message);
            context.retryAfter(Duration.ofMillis(150));
            return tries.size() < 4 ? Action.ReconsumeLater : Action.CommitMessage;
        });
        consumer.start();

        send(1);

        // By the usual delays this would take a minute and a half.
        await().until(() -> tries.size() == 4);
        assertThat(tries).extracting(Message::getReconsumeTimes).containsExactly(0, 1, 2, 3);
        assertThat(tries.stream().map(Message::getMsgID).distinct()).hasSize(1);
    }

    private void create(int queues) {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(BROKER.address()))) {
            admin.createTopic(TopicSpec.of(topic, queues));
        }
    }

    private Member member(AllocationStrategy strategy) {
        return member(ConsumerConfig.builder(ClientConfig.of(BROKER.address()), group)
                .allocation(strategy)
                .startFrom(StartPosition.earliest()));
    }

    private Member member(ConsumerConfig.Builder config) {
        Member member = new Member(config.build(), topic);
        opened.add(member.consumer);
        return member;
    }

    private ConsumerConfig.Builder config(String name) {
        return ConsumerConfig.builder(ClientConfig.of(BROKER.address()), group + "-" + name);
    }

    /** Sends until every member has had messages of so many queues at the same time. */
    private void awaitShares(List<Member> members, int queues) {
        await().until(() -> {
            members.forEach(member -> member.received.clear());
            int before = sent.size();
            send(queues * members.size());
            await().until(() -> total(members) >= sent.size() - before);
            return members.stream().allMatch(member -> member.queues().size() == queues);
        });
        members.forEach(member -> member.received.clear());
    }

    private void send(int count) {
        producer.start();
        for (int i = 0; i < count; i++) {
            String body = "m" + sent.size();
            sent.put(body, 1);
            producer.send(new Message(topic, "t", body.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static int total(List<Member> members) {
        return members.stream().mapToInt(member -> member.received.size()).sum();
    }

    private static Set<String> bodies(List<Member> members) {
        return members.stream()
                .flatMap(member -> member.received.stream())
                .map(ClusteringIT::body)
                .collect(Collectors.toSet());
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
