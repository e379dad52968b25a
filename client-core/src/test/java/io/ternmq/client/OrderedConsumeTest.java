package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.message.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderedConsumeTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 4).topic("%RETRY%g", 1);
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final List<OrderConsumer> consumers = new ArrayList<>();

    OrderedConsumeTest() {
        IntStream.range(0, 4).forEach(queueId -> broker.commit("g", "orders", queueId, 0));
    }

    @AfterEach
    void close() {
        consumers.forEach(OrderConsumer::close);
        broker.close();
    }

    @Test
    void handlesTheMessagesOfAQueueOneAfterTheOtherAndQueuesAtTheSameTime() {
        Map<Integer, AtomicInteger> running = new ConcurrentHashMap<>();
        AtomicInteger most = new AtomicInteger();
        Map<Integer, Queue<Long>> offsets = new ConcurrentHashMap<>();
        CountDownLatch allFour = new CountDownLatch(4);
        IntStream.range(0, 400).forEach(i -> store(i % 4, "m" + i));

        start(config().consumeThreads(8).build(), (message, context) -> {
            int queueId = queueId(message);
            AtomicInteger here = running.computeIfAbsent(queueId, absent -> new AtomicInteger());
            most.accumulateAndGet(here.incrementAndGet(), Math::max);
            if (message.getOffset() == 0) {
                allFour.countDown();
                awaitUninterruptibly(allFour);
            }
            offsets.computeIfAbsent(queueId, absent -> new ConcurrentLinkedQueue<>())
                    .add(message.getOffset());
            here.decrementAndGet();
            return OrderAction.Success;
        });

        await().until(() -> offsets.values().stream().mapToInt(Queue::size).sum() == 400);
        assertThat(most).hasValue(1);
        assertThat(offsets.values())
                .allSatisfy(inOrder -> assertThat(inOrder)
                        .containsExactlyElementsOf(
                                IntStream.range(0, 100).mapToObj(Long::valueOf).toList()));
    }

    @Test
    void suspendsTheQueueOfAFailedMessageAndNoOther() {
        Queue<Integer> times = new ConcurrentLinkedQueue<>();
        Queue<Long> instants = new ConcurrentLinkedQueue<>();
        store(0, "fails");
        store(0, "behind it");
        store(1, "elsewhere");

        start(config().suspendTime(Duration.ofMillis(100)).build(), (message, context) -> {
            assertThat(context.getGroupId()).isEqualTo("g");
            if (body(message).equals("fails")) {
                times.add(message.getReconsumeTimes());
                instants.add(System.nanoTime());
                switch (message.getReconsumeTimes()) {
                    case 0 -> throw new IllegalStateException("the listener fails on purpose");
                    case 1 -> {
                        return nothing();
                    }
                    case 2, 3 -> {
                        return OrderAction.Suspend;
                    }
                    default -> {}
                }
            }
            return accept(message);
        });

        await().until(() -> received.size() == 3);
        assertThat(received).first().isEqualTo("elsewhere");
        assertThat(received).containsSubsequence("fails", "behind it");
        assertThat(times).containsExactly(0, 1, 2, 3, 4);
        List<Long> list = List.copyOf(instants);
        for (int i = 1; i < list.size(); i++) {
            assertThat(Duration.ofNanos(list.get(i) - list.get(i - 1))).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        }
        assertThat(broker.received(RequestCode.CONSUMER_SEND_MSG_BACK)).isEmpty();
    }

    @SuppressWarnings("NullAway") // What a listener that ignores its contract does.
    private static OrderAction nothing() {
        return null;
    }

    @Test
    void letsTheListenerSayHowLongItsQueueIsSuspended() {
        store(0, "fails");

        start(config().suspendTime(Duration.ofSeconds(30)).build(), (message, context) -> {
            if (message.getReconsumeTimes() < 3) {
                context.suspendFor(Duration.ofMillis(10));
                return OrderAction.Suspend;
            }
            return accept(message);
        });

        await().until(() -> received.size() == 1);
    }

    @Test
    void refusesSuspendTimesOutOfRange() {
        assertThatThrownBy(() -> config().suspendTime(Duration.ofMillis(9)).build())
                .hasMessageContaining("suspendTime=9 ms; it must be between 10 and 30000 ms");
        assertThatThrownBy(() -> config().suspendTime(Duration.ofMillis(30_001)).build())
                .hasMessageContaining("suspendTime=30001 ms; it must be between 10 and 30000 ms");
        Queue<String> refusals = new ConcurrentLinkedQueue<>();
        store(0, "m");
        start(config().build(), (message, context) -> {
            for (Duration time : List.of(Duration.ofMillis(9), Duration.ofSeconds(31))) {
                try {
                    context.suspendFor(time);
                } catch (MQClientException e) {
                    refusals.add(String.valueOf(e.getMessage()));
                }
            }
            return accept(message);
        });
        await().until(() -> received.size() == 1);
        assertThat(refusals).hasSize(2).allMatch(text -> text.contains("between 10 and 30000 ms"));
    }

    @Test
    void makesADeadLetterAfterTheLastTryAndGoesOn() {
        Queue<Integer> times = new ConcurrentLinkedQueue<>();
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> request.respond(Fields.empty()));
        store(0, "bad");
        store(0, "good");

        start(config().maxReconsumeTimes(2).suspendTime(Duration.ofMillis(10)).build(), (message, context) -> {
            if (body(message).equals("bad")) {
                times.add(message.getReconsumeTimes());
                return OrderAction.Suspend;
            }
            return accept(message);
        });

        await().until(() -> received.contains("good"));
        assertThat(times).containsExactly(0, 1, 2);
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).singleElement().satisfies(sent -> {
            assertThat(sent.body()).isEqualTo("bad");
            assertThat(sent.fields().get("b")).isEqualTo("%RETRY%g");
            assertThat(sent.fields().get("j")).isEqualTo("3");
            assertThat(sent.fields().get("l")).isEqualTo("2");
            assertThat(MessageProperties.decode(sent.fields().get("i")))
                    .containsEntry("RETRY_TOPIC", "orders")
                    .containsEntry("UNIQ_KEY", "ID-bad")
                    .containsEntry("ORIGIN_MESSAGE_ID", "ID-bad")
                    .containsEntry("MAX_RECONSUME_TIMES", "2");
        });
    }

    @Test
    void triesWithoutEndUnlessALimitIsSet() {
        AtomicInteger tries = new AtomicInteger();
        store(0, "bad");

        start(config().suspendTime(Duration.ofMillis(10)).build(), (message, context) -> {
            tries.incrementAndGet();
            return OrderAction.Suspend;
        });

        await().until(() -> tries.get() > 40);
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).isEmpty();
    }

    @Test
    void locksAQueueFirstThenAsksForItsOffsetThenPulls() {
        start(config().build(), (message, context) -> accept(message));
        store(3, "m");

        await().until(() -> received.size() == 1);
        List<RequestCode> codes = broker.codes();
        assertThat(codes.indexOf(RequestCode.LOCK_BATCH_MQ))
                .isLessThan(codes.indexOf(RequestCode.QUERY_CONSUMER_OFFSET));
        assertThat(codes.indexOf(RequestCode.QUERY_CONSUMER_OFFSET))
                .isLessThan(codes.indexOf(RequestCode.PULL_MESSAGE));
        assertThat(broker.received(RequestCode.LOCK_BATCH_MQ).get(0).body())
                .contains("\"consumerGroup\":\"g\"", "clientId", "mqSet");
    }

    @Test
    void leavesAQueueAloneThatAnotherHasLockedUntilItIsFree() {
        broker.lock("orders", 2, "another");
        store(2, "locked");
        store(1, "free");
        start(config().build(), (message, context) -> accept(message));
        await().until(() -> received.contains("free"));
        await().during(Duration.ofMillis(300)).until(() -> !received.contains("locked"));

        // Whoever had it has moved the group on.
        broker.store("orders", 2, 0, "next".getBytes(StandardCharsets.UTF_8), "");
        broker.commit("g", "orders", 2, 1);
        long start = System.nanoTime();
        broker.unlock("orders", 2);

        await().until(() -> received.contains("next"));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("it asks for the lock again, long before its next look at its queues")
                .isLessThan(Duration.ofSeconds(10));
        assertThat(received).doesNotContain("locked");
    }

    @Test
    void commitsThenUnlocksThenLeavesWhenItShutsDown() {
        OrderConsumer consumer = start(config().build(), (message, context) -> accept(message));
        store(1, "m");
        await().until(() -> received.size() == 1);

        consumer.shutdown();

        assertThat(broker.committed("g", "orders", 1)).isEqualTo(1);
        assertThat(broker.isLocked("orders", 1)).isFalse();
        List<RequestCode> codes = broker.codes();
        assertThat(codes.lastIndexOf(RequestCode.UPDATE_CONSUMER_OFFSET))
                .isLessThan(codes.indexOf(RequestCode.UNLOCK_BATCH_MQ));
        assertThat(codes.lastIndexOf(RequestCode.UNLOCK_BATCH_MQ))
                .isLessThan(codes.indexOf(RequestCode.UNREGISTER_CLIENT));
    }

    @Test
    void givesAQueueToAnotherMemberOnlyWhenItsListenerHasReturned() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        store(3, "slow");
        store(3, "theirs");
        start(config().build(), (message, context) -> {
            begun.countDown();
            awaitUninterruptibly(release);
            return accept(message);
        });
        awaitUninterruptibly(begun);

        // Ids are sorted: this consumer comes first and keeps queues 0 and 1.
        broker.addMember("zzz@other");
        broker.notifyMembersChanged("g");

        await().until(() -> !broker.isLocked("orders", 2));
        assertThat(broker.isLocked("orders", 3)).isTrue();
        release.countDown();
        await().until(() -> !broker.isLocked("orders", 3));
        assertThat(broker.committed("g", "orders", 3)).isEqualTo(1);
        assertThat(received).containsExactly("slow");
    }

    @Test
    void keepsTheLockWhenItShutsDownUnderARunningListener() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        store(3, "slow");
        OrderConsumer consumer =
                start(config().shutdownTimeout(Duration.ofMillis(50)).build(), (message, context) -> {
                    begun.countDown();
                    awaitUninterruptibly(release);
                    return accept(message);
                });
        awaitUninterruptibly(begun);

        consumer.shutdown();

        assertThat(broker.isLocked("orders", 3)).isTrue();
        assertThat(broker.isLocked("orders", 0)).isFalse();
        assertThat(broker.committed("g", "orders", 3)).isZero();
        release.countDown();
    }

    @Test
    void endsASuspendedQueueAtOnceWhenItShutsDown() {
        AtomicBoolean failed = new AtomicBoolean();
        store(0, "bad");
        OrderConsumer consumer =
                start(config().suspendTime(Duration.ofSeconds(30)).build(), (message, context) -> {
                    failed.set(true);
                    return OrderAction.Suspend;
                });
        await().untilTrue(failed);
        long start = System.nanoTime();

        consumer.shutdown();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(broker.committed("g", "orders", 0)).isZero();
    }

    @Test
    void knowsNoBroadcasting() {
        ConsumerConfig config = config().messageModel(MessageModel.BROADCASTING).build();

        assertThatThrownBy(() -> MQFactory.createOrderedConsumer(config))
                .hasMessageContaining("cannot be consumed in order by broadcasting: group=g");
    }

    private OrderConsumer start(ConsumerConfig config, MessageOrderListener listener) {
        OrderConsumer consumer = MQFactory.createOrderedConsumer(config);
        consumers.add(consumer);
        consumer.subscribe("orders", "*", listener);
        consumer.start();
        return consumer;
    }

    private ConsumerConfig.Builder config() {
        return ConsumerConfig.builder(broker.client(), "g");
    }

    private void store(int queueId, String body) {
        broker.store(
                "orders", queueId, 0, body.getBytes(StandardCharsets.UTF_8), "UNIQ_KEY\u0001ID-" + body + "\u0002");
    }

    private OrderAction accept(Message message) {
        received.add(body(message));
        return OrderAction.Success;
    }

    private static int queueId(Message message) {
        TopicPartition partition = message.getTopicPartition();
        assertThat(partition).isNotNull();
        return partition.queueId();
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
