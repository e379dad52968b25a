package io.ternmq.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What applications are told of the queues that their consumers get and give up. */
class AssignmentsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger NAMES = new AtomicInteger();

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private enum Kind {
        CONCURRENT,
        ORDERED,
        BATCH
    }

    private final String topic = "assigned-" + NAMES.incrementAndGet();
    private final String group = "assigned-group-" + NAMES.get();
    private final List<Admin> opened = new ArrayList<>();
    private final AdminClient admin = AdminClient.create(ClientConfig.of(BROKER.address()));
    private final Producer producer = MQFactory.createProducer(
            ProducerConfig.builder(ClientConfig.of(BROKER.address()), group).build());
    /** What must not have happened. */
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private final Map<TopicPartition, String> owners = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
        producer.close();
        admin.close();
    }

    /** A member of the group, and what it was told. */
    private class Member implements AssignmentListener {

        final String name;
        final Kind kind;
        final Set<TopicPartition> has = ConcurrentHashMap.newKeySet();
        final Queue<Revocation> revocations = new ConcurrentLinkedQueue<>();
        final AtomicInteger assignments = new AtomicInteger();
        final Queue<String> handled = new ConcurrentLinkedQueue<>();
        Consumer<Assignment> whenAssigned = assignment -> {};
        Consumer<Revocation> whenRevoked = revocation -> {};
        Runnable whenHandled = () -> {};
        private Admin consumer = producer;

        Member(String name, Kind kind) {
            this.name = name;
            this.kind = kind;
        }

        Member start() {
            ConsumerConfig config = ConsumerConfig.builder(
                            ClientConfig.builder(BROKER.address())
                                    .instanceName(name)
                                    .build(),
                            group)
                    .startFrom(StartPosition.earliest())
                    .assignmentListener(this)
                    .build();
            switch (kind) {
                case ORDERED -> {
                    OrderConsumer made = MQFactory.createOrderedConsumer(config);
                    made.subscribe(topic, "*", (message, context) -> {
                        handle(message);
                        return OrderAction.Success;
                    });
                    consumer = made;
                }
                case BATCH -> {
                    BatchConsumer made = MQFactory.createBatchConsumer(config);
                    made.subscribe(topic, "*", (messages, context) -> {
                        messages.forEach(this::handle);
                        return Action.CommitMessage;
                    });
                    consumer = made;
                }
                default -> {
                    io.ternmq.client.Consumer made = MQFactory.createConsumer(config);
                    made.subscribe(topic, "*", (message, context) -> {
                        handle(message);
                        return Action.CommitMessage;
                    });
                    consumer = made;
                }
            }
            opened.add(consumer);
            consumer.start();
            return this;
        }

        private void handle(Message message) {
            TopicPartition queue = message.getTopicPartition();
            check(has.contains(queue), "handles what it has not", queue);
            whenHandled.run();
            handled.add(new String(message.getBody(), UTF_8));
            check(has.contains(queue), "was told that it has no more what it handles", queue);
        }

        private void check(boolean right, String what, TopicPartition queue) {
            if (!right) {
                wrong.add(name + " " + what + ": " + queue);
            }
        }

        @Override
        public void onAssigned(Assignment assignment) {
            assignments.incrementAndGet();
            for (TopicPartition queue : assignment.queues()) {
                check(queue.topic().equals(topic), "is told of another topic", queue);
                if (kind == Kind.ORDERED) {
                    String owner = owners.putIfAbsent(queue, name);
                    check(owner == null, "gets what is still " + owner + "'s", queue);
                }
            }
            whenAssigned.accept(assignment);
            for (TopicPartition queue : assignment.queues()) {
                check(has.add(queue), "is told twice", queue);
            }
        }

        @Override
        public void onRevoked(Revocation revocation) {
            whenRevoked.accept(revocation);
            for (TopicPartition queue : revocation.queues()) {
                check(has.remove(queue), "gives up what it has not", queue);
                owners.remove(queue, name);
            }
            revocations.add(revocation);
        }
    }

    private void create(int queues) {
        admin.createTopic(TopicSpec.of(topic, queues));
        producer.start();
    }

    private void send(String text) {
        producer.send(new Message(topic, "", text.getBytes(UTF_8)));
    }

    private Member member(String name, Kind kind) {
        return new Member(name, kind);
    }

    private static void awaitQueues(Member member, int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(member.has).hasSize(count));
    }

    @ParameterizedTest
    @EnumSource
    void tellsBeforeTheFirstMessageAndAfterTheLastWhoeverComesAndGoes(Kind kind) throws InterruptedException {
        create(8);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        Thread sending = new Thread(() -> {
            while (!stop.get()) {
                send("m" + sent.getAndIncrement());
            }
        });
        sending.start();
        try {
            Member stays = member("stays", kind).start();
            awaitQueues(stays, 8);
            for (int i = 0; i < 3; i++) {
                Member guest = member("guest-" + i, kind).start();
                awaitQueues(guest, 4);
                awaitQueues(stays, 4);
                await().atMost(PATIENCE).until(() -> !guest.handled.isEmpty());
                guest.consumer.shutdown();
                assertThat(guest.has).isEmpty();
                awaitQueues(stays, 8);
            }
            assertThat(stays.revocations).noneMatch(Revocation::lost);
        } finally {
            stop.set(true);
            sending.join();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void saysThatQueuesAreGoneWhenWhatWasInHandOfThemIsDone() {
        create(2);
        CountDownLatch go = new CountDownLatch(1);
        Member first = member("first", Kind.CONCURRENT);
        AtomicInteger begun = new AtomicInteger();
        first.whenHandled = () -> {
            begun.incrementAndGet();
            await().atMost(PATIENCE).until(() -> go.getCount() == 0);
        };
        first.start();
        for (int i = 0; i < 20; i++) {
            send("m" + i);
        }
        await().atMost(PATIENCE).until(() -> begun.get() == 20);

        Member second = member("second", Kind.CONCURRENT).start();
        awaitQueues(second, 1);

        assertThat(first.has).hasSize(2);
        assertThat(first.revocations).isEmpty();
        go.countDown();
        awaitQueues(first, 1);
        assertThat(wrong).isEmpty();
    }

    @Test
    void sharesOutTheQueuesWhileSomebodyIsToldOfHis() {
        create(2);
        CountDownLatch go = new CountDownLatch(1);
        Member slow = member("slow", Kind.CONCURRENT);
        slow.whenAssigned = assignment -> await().atMost(PATIENCE).until(() -> go.getCount() == 0);
        slow.start();
        await().atMost(PATIENCE).until(() -> slow.assignments.get() > 0);
        send("waits");

        Member other = member("other", Kind.CONCURRENT).start();
        awaitQueues(other, 1);

        assertThat(slow.handled).isEmpty();
        go.countDown();
        awaitQueues(slow, 1);
        await().atMost(PATIENCE).until(() -> slow.handled.size() + other.handled.size() >= 1);
        assertThat(wrong).isEmpty();
    }

    @Test
    void beginsWhereTheListenerChooses() {
        create(1);
        send("old");
        Member before = member("before", Kind.ORDERED).start();
        await().atMost(PATIENCE).until(() -> before.handled.size() == 1);
        before.consumer.shutdown();
        Instant middle = Instant.now();
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(middle.plusMillis(5)));
        send("young");
        send("youngest");
        List<Assignment> open = new ArrayList<>();

        Member all = member("all", Kind.CONCURRENT);
        all.whenAssigned = assignment -> {
            open.add(assignment);
            for (TopicPartition queue : assignment.queues()) {
                assertThat(assignment.group()).isEqualTo(group);
                assertThat(assignment.startOffset(queue)).isEqualTo(1);
                assignment.seekToEnd(queue);
                assertThat(assignment.startOffset(queue)).isEqualTo(3);
                assignment.seekToTime(queue, middle.plusMillis(5));
                assertThat(assignment.startOffset(queue)).isEqualTo(1);
                assertThatThrownBy(() -> assignment.seek(queue, -1)).hasMessageContaining("offset=-1");
                assertThatThrownBy(() -> assignment.seek(new TopicPartition("others", "b", 0), 1))
                        .hasMessageContaining("queue=TopicPartition[topic=others");
                assignment.seekToBeginning(queue);
                assertThat(assignment.startOffset(queue)).isZero();
            }
        };
        all.start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(all.handled).containsExactlyInAnyOrder("old", "young", "youngest"));
        all.consumer.shutdown();
        assertThatThrownBy(
                        () -> open.get(0).seek(open.get(0).queues().iterator().next(), 1))
                .hasMessageContaining("begun already");

        Member last = member("last", Kind.CONCURRENT);
        last.whenAssigned = assignment -> assignment.queues().forEach(queue -> assignment.seek(queue, 2));
        last.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(last.handled).containsExactly("youngest"));
        last.consumer.shutdown();
        assertThat(admin.progress(group).lag()).isZero();
        assertThat(wrong).isEmpty();
    }

    @Test
    void goesOnWhateverTheListenerThrows() {
        create(2);
        Member fails = member("fails", Kind.ORDERED);
        fails.whenAssigned = assignment -> {
            fails.has.addAll(assignment.queues());
            throw new IllegalStateException("no cache");
        };
        fails.whenRevoked = revocation -> {
            fails.has.removeAll(revocation.queues());
            throw new AssertionError("no place to write to");
        };
        fails.start();
        send("m");
        await().atMost(PATIENCE).until(() -> fails.handled.size() == 1);

        fails.consumer.shutdown();

        assertThat(fails.has).isEmpty();
        assertThat(admin.progress(group).lag()).isZero();
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void isDoneAndCommittedWhenTheEndIsTold(Kind kind) {
        create(4);
        Member only = member("only", kind);
        List<Long> lags = new ArrayList<>();
        only.whenRevoked = revocation -> lags.add(admin.progress(group).lag());
        only.start();
        awaitQueues(only, 4);
        for (int i = 0; i < 20; i++) {
            send("m" + i);
        }
        await().atMost(PATIENCE).until(() -> only.handled.size() == 20);

        only.consumer.shutdown();

        assertThat(only.revocations).hasSize(1).noneMatch(Revocation::lost);
        assertThat(lags).containsExactly(0L);
        assertThat(only.has).isEmpty();
        assertThat(wrong).isEmpty();
    }

    @Test
    void mayBeShutDownByItsListener() {
        create(1);
        Member quits = member("quits", Kind.CONCURRENT);
        CountDownLatch started = new CountDownLatch(1);
        quits.whenAssigned = assignment -> {
            await().atMost(PATIENCE).until(() -> started.getCount() == 0);
            quits.consumer.shutdown();
        };
        quits.start();
        started.countDown();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(quits.revocations).hasSize(1));
        assertThat(quits.consumer.isClosed()).isTrue();
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void saysNothingWhenAnOperatorMovesTheGroup(Kind kind) {
        create(1);
        Member moved = member("moved", kind).start();
        send("again");
        await().atMost(PATIENCE).until(() -> moved.handled.size() == 1);

        admin.resetToTime(group, topic, Instant.EPOCH);

        await().atMost(PATIENCE).until(() -> moved.handled.size() == 2);
        assertThat(moved.assignments).hasValue(1);
        assertThat(moved.revocations).isEmpty();
        Member second = member("second", kind).start();
        moved.consumer.shutdown();
        awaitQueues(second, 1);
        assertThat(moved.has).isEmpty();
        assertThat(wrong).isEmpty();
    }

    @Test
    void saysThatQueuesAreLostWithTheirTopic() {
        create(1);
        Member loses = member("loses", Kind.CONCURRENT).start();
        awaitQueues(loses, 1);
        io.ternmq.client.Consumer consumer = (io.ternmq.client.Consumer) loses.consumer;
        // So that no request is waiting at the broker, which does not answer it before its time.
        consumer.suspend();
        send("waits");
        await().atMost(PATIENCE).until(() -> ((Inspectable) consumer).state().cachedMessages() == 1);

        admin.deleteTopic(topic);
        consumer.resume();

        awaitQueues(loses, 0);
        assertThat(loses.revocations).allMatch(Revocation::lost);
        admin.createTopic(TopicSpec.of(topic, 1));
        awaitQueues(loses, 1);
        assertThat(wrong).isEmpty();
    }

    @Test
    void refusesListenerWhereThereAreNoQueues() {
        assertThatThrownBy(() -> ConsumerConfig.builder(ClientConfig.of(BROKER.address()), group)
                        .consumeMode(ConsumeMode.POP)
                        .assignmentListener(member("pops", Kind.CONCURRENT))
                        .build())
                .hasMessageContaining("consumeMode=POP; use PULL");
    }
}
