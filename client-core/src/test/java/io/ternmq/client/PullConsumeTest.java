package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.PullResultHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PullConsumeTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 2);
    private final List<PullConsumer> consumers = new ArrayList<>();

    @AfterEach
    void close() {
        consumers.forEach(PullConsumer::close);
        broker.close();
    }

    @Test
    void returnsWhatIsThereAndWaitsForWhatComes() {
        broker.commit("g", "orders", 0, 0);
        store(0, "before", "t");
        PullConsumer consumer = subscribed(config().build());

        assertThat(bodies(consumer.poll(LONG))).containsExactly("before");
        CompletableFuture<List<Message>> waiting = CompletableFuture.supplyAsync(() -> consumer.poll(LONG));
        store(1, "after", "t");

        assertThat(bodies(waiting.join())).containsExactly("after");
    }

    @Test
    void returnsNothingWhenTheTimeIsOver() {
        PullConsumer consumer = subscribed(config().build());

        assertThat(consumer.poll(Duration.ofMillis(50))).isEmpty();
        assertThat(consumer.poll(0)).isEmpty();
    }

    @Test
    void returnsNoMoreThanItMayAndEachQueueInOrder() {
        IntStream.range(0, 2).forEach(queueId -> broker.commit("g", "orders", queueId, 0));
        IntStream.range(0, 100).forEach(i -> store(i % 2, "m" + i, "t"));
        PullConsumer consumer = subscribed(config().maxPollMessages(7).build());

        List<Message> all = new ArrayList<>();
        while (all.size() < 100) {
            List<Message> some = consumer.poll(LONG);
            assertThat(some).hasSizeBetween(1, 7);
            all.addAll(some);
        }

        for (int queueId = 0; queueId < 2; queueId++) {
            int parity = queueId;
            assertThat(all.stream().map(PullConsumeTest::body).filter(body -> number(body) % 2 == parity))
                    .containsExactlyElementsOf(IntStream.range(0, 50)
                            .mapToObj(i -> "m" + (2 * i + parity))
                            .toList());
        }
    }

    @Test
    void asksByTheRequestForLitePullsAndWithItsSubscription() {
        PullConsumer consumer = start(config().build());
        consumer.subscribe("orders", "a || b");
        store(0, "no", "c");
        store(0, "yes", "b");
        broker.commit("g", "orders", 0, 0);

        assertThat(bodies(poll(consumer, 1))).containsExactly("yes");
        FakeBroker.Received pull =
                broker.received(RequestCode.LITE_PULL_MESSAGE).get(0);
        assertThat(pull.fields().get("subscription")).isEqualTo("a || b");
        int flags = Integer.parseInt(pull.fields().get("sysFlag", "0"));
        assertThat(flags & (PullHeader.LITE_PULL | PullHeader.SUBSCRIPTION | PullHeader.SUSPEND))
                .isEqualTo(PullHeader.LITE_PULL | PullHeader.SUBSCRIPTION | PullHeader.SUSPEND);
        assertThat(broker.received(RequestCode.HEART_BEAT))
                .anySatisfy(beat -> assertThat(beat.body()).contains("CONSUME_ACTIVELY", "a || b"));
    }

    @Test
    void fallsBackToTheOldRequestIfTheBrokerDoesNotKnowTheNewOne() {
        broker.on(
                RequestCode.LITE_PULL_MESSAGE,
                request -> request.fail(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, "not supported"));
        broker.commit("g", "orders", 0, 0);
        store(0, "m", "t");

        PullConsumer consumer = subscribed(config().build());

        assertThat(bodies(poll(consumer, 1))).containsExactly("m");
        assertThat(broker.received(RequestCode.PULL_MESSAGE)).isNotEmpty().allSatisfy(pull -> {
            int flags = Integer.parseInt(pull.fields().get("sysFlag", "0"));
            assertThat(flags & PullHeader.LITE_PULL).isEqualTo(PullHeader.LITE_PULL);
        });
    }

    @Test
    void commitsByItselfWhatEarlierPollsHaveReturned() {
        broker.commit("g", "orders", 0, 0);
        store(0, "a", "t");
        store(0, "b", "t");
        PullConsumer consumer = subscribed(config().autoCommitInterval(Duration.ofMillis(20))
                .maxPollMessages(1)
                .build());

        poll(consumer, 1);
        await().during(Duration.ofMillis(200)).until(() -> broker.committed("g", "orders", 0) == 0);
        poll(consumer, 1);
        await().until(() -> broker.committed("g", "orders", 0) == 1);
        consumer.shutdown();

        assertThat(broker.committed("g", "orders", 0)).isEqualTo(2);
    }

    @Test
    void commitsNothingByItselfIfItIsNotTo() {
        store(0, "old", "t");
        PullConsumer consumer = subscribed(manual().startFrom(StartPosition.earliest())
                .autoCommitInterval(Duration.ofMillis(10))
                .build());
        poll(consumer, 1);
        assertThat(consumer.poll(Duration.ofMillis(200))).isEmpty();
        await().until(() -> broker.committed("g", "orders", 0) == 0);
        assertThat(consumer.committed(partition(0))).isZero();

        consumer.commitSync();
        assertThat(broker.committed("g", "orders", 0)).isEqualTo(1);
        assertThat(consumer.committed(partition(0))).isEqualTo(1);

        store(0, "new", "t");
        poll(consumer, 1);
        consumer.shutdown();
        assertThat(broker.committed("g", "orders", 0)).isEqualTo(1);
    }

    @Test
    void missesNothingThatCameAfterItHadJoinedIfItHasCommittedNothing() {
        store(0, "old", "t");
        PullConsumer fails = subscribed(manual().build());
        await().until(() -> broker.committed("g", "orders", 0) == 1);
        store(0, "new", "t");
        assertThat(bodies(poll(fails, 1))).containsExactly("new");
        fails.shutdown();

        assertThat(bodies(poll(subscribed(manual().build()), 1))).containsExactly("new");
    }

    @Test
    void commitsNothingOfQueuesThatAreAssignedIfItIsNotTo() {
        store(0, "old", "t");
        PullConsumer consumer =
                start(manual().startFrom(StartPosition.earliest()).build());
        consumer.assign(Set.of(partition(0)));
        poll(consumer, 1);
        consumer.shutdown();

        assertThat(broker.received(RequestCode.UPDATE_CONSUMER_OFFSET)).isEmpty();
    }

    @Test
    void saysThatACommitWasNotTaken() {
        PullConsumer consumer = subscribed(manual().build());
        broker.on(
                RequestCode.UPDATE_CONSUMER_OFFSET,
                request -> request.fail(ResponseCode.SYSTEM_ERROR, "no offsets today"));

        assertThatThrownBy(consumer::commitSync)
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("no offsets today");
    }

    @Test
    void seeksToAnyPlace() {
        IntStream.range(0, 10).forEach(i -> store(0, "m" + i, "t"));
        PullConsumer consumer = start(manual().build());
        consumer.assign(Set.of(partition(0)));

        consumer.seek(partition(0), 4);
        assertThat(bodies(poll(consumer, 6))).containsExactly("m4", "m5", "m6", "m7", "m8", "m9");
        consumer.seekToBeginning(partition(0));
        assertThat(bodies(poll(consumer, 10))).startsWith("m0").endsWith("m9");
        consumer.seek(partition(0), 2);
        consumer.seekToEnd(partition(0));
        assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
        store(0, "m10", "t");
        assertThat(bodies(poll(consumer, 1))).containsExactly("m10");
        broker.on(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, request -> {
            assertThat(request.fields().get("timestamp")).isEqualTo("1234");
            return request.respond(Fields.of("offset", "9"));
        });
        consumer.seekToTime(partition(0), Instant.ofEpochMilli(1234));
        assertThat(bodies(poll(consumer, 2))).containsExactly("m9", "m10");
        assertThat(consumer.offsetForTimestamp(partition(0), 1234L)).isEqualTo(9);

        consumer.seek(partition(0), 3);
        consumer.commitSync();
        assertThat(broker.committed("g", "orders", 0)).isEqualTo(3);
    }

    @Test
    void refusesToSeekInAQueueThatIsNotItsOwn() {
        PullConsumer consumer = start(manual().build());
        consumer.assign(Set.of(partition(0)));

        assertThatThrownBy(() -> consumer.seek(partition(1), 0)).hasMessageContaining("is not this consumer's");
        assertThatThrownBy(() -> consumer.seek(partition(0), -1)).hasMessageContaining("must not be negative");
    }

    @Test
    void goesWhereTheBrokerSaysWhenItsOffsetIsGone() {
        broker.on(RequestCode.LITE_PULL_MESSAGE, request -> {
            if (!"77".equals(request.fields().get("queueOffset"))) {
                return "5".equals(request.fields().get("queueOffset"))
                        ? FakeBroker.found(request, broker.stored("orders", 0).subList(5, 6), 6)
                        : null;
            }
            return request.respond(
                    ResponseCode.PULL_OFFSET_MOVED,
                    "moved",
                    new PullResultHeader(0, 5, 5, 9).encode(),
                    io.netty.buffer.Unpooled.EMPTY_BUFFER);
        });
        IntStream.range(0, 6).forEach(i -> store(0, "m" + i, "t"));
        PullConsumer consumer = start(manual().build());
        consumer.assign(Set.of(partition(0)));

        consumer.seek(partition(0), 77);

        assertThat(bodies(poll(consumer, 1))).containsExactly("m5");
    }

    @Test
    void takesExactlyTheQueuesThatAreAssigned() {
        PullConsumer consumer =
                start(config().startFrom(StartPosition.earliest()).build());
        assertThat(consumer.topicPartitions("orders")).containsExactlyInAnyOrder(partition(0), partition(1));
        store(0, "zero", "t");
        store(1, "one", "t");

        consumer.assign(Set.of(partition(1)));
        assertThat(bodies(poll(consumer, 1))).containsExactly("one");
        assertThat(consumer.assignment()).containsExactly(partition(1));
        assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();

        consumer.assign(Set.of(partition(0)));
        assertThat(bodies(poll(consumer, 1))).containsExactly("zero");
        store(1, "not any more", "t");
        assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
    }

    @Test
    void doesNotMixAssigningAndSubscribing() {
        PullConsumer first = start(config().build());
        first.subscribe("orders", "*");
        assertThatThrownBy(() -> first.assign(Set.of(partition(0)))).hasMessageContaining("either subscribe or assign");
        first.shutdown();

        PullConsumer second = start(config().build());
        second.assign(Set.of(partition(0)));
        assertThatThrownBy(() -> second.subscribe("orders", "*")).hasMessageContaining("either subscribe or assign");
    }

    @Test
    void sharesItsQueuesWithOtherMembers() {
        PullConsumer consumer = subscribed(config().build());
        assertThat(consumer.assignment()).containsExactly(partition(0), partition(1));

        // Ids are sorted: this consumer comes first and keeps queue 0.
        broker.addMember("zzz@other");
        broker.notifyMembersChanged("g");

        await().until(() -> consumer.assignment().equals(Set.of(partition(0))));
        consumer.unsubscribe("orders");
        await().until(() -> consumer.assignment().isEmpty());
    }

    @Test
    void letsPausedQueuesRestAndOthersGoOn() {
        IntStream.range(0, 2).forEach(queueId -> broker.commit("g", "orders", queueId, 0));
        PullConsumer consumer = subscribed(config().maxCachedMessages(10).build());
        consumer.pause(Set.of(partition(0)));
        IntStream.range(0, 50).forEach(i -> store(0, "paused" + i, "t"));
        store(1, "other", "t");

        assertThat(bodies(poll(consumer, 1))).containsExactly("other");
        assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
        IntStream.range(0, 50).forEach(i -> store(1, "other" + i, "t"));
        assertThat(poll(consumer, 50)).hasSize(50);

        consumer.resume(Set.of(partition(0)));
        assertThat(bodies(poll(consumer, 50))).startsWith("paused0").endsWith("paused49");
    }

    @Test
    void fetchesAheadAndNoMoreThanItMayHold() {
        broker.commit("g", "orders", 0, 0);
        IntStream.range(0, 500).forEach(i -> store(0, "m" + i, "t"));
        PullConsumer consumer = subscribed(config().maxCachedMessages(40)
                .pullBatchSize(20)
                .maxPollMessages(10)
                .build());

        await().until(() -> pulledUpTo() == 20);
        await().during(Duration.ofMillis(200)).until(() -> pulledUpTo() <= 40);
        List<Message> all = new ArrayList<>();
        while (all.size() < 500) {
            all.addAll(poll(consumer, 1));
        }
        assertThat(bodies(all)).startsWith("m0").endsWith("m499");
    }

    private long pulledUpTo() {
        return broker.received(RequestCode.LITE_PULL_MESSAGE).stream()
                .filter(pull -> "0".equals(pull.fields().get("queueId")))
                .mapToLong(pull -> Long.parseLong(pull.fields().get("queueOffset", "0")))
                .max()
                .orElse(0);
    }

    @Test
    void wakesUpAPollThatWaits() {
        PullConsumer consumer = subscribed(config().build());
        CompletableFuture<List<Message>> waiting = CompletableFuture.supplyAsync(() -> consumer.poll(LONG));

        consumer.wakeup();

        assertThat(waiting.orTimeout(30, TimeUnit.SECONDS).join()).isEmpty();
    }

    @Test
    void endsAPollThatWaitsWhenItShutsDown() {
        PullConsumer consumer = subscribed(config().build());
        CompletableFuture<List<Message>> waiting = CompletableFuture.supplyAsync(() -> consumer.poll(LONG));
        await().until(() -> {
            try {
                consumer.poll(0);
                return false;
            } catch (MQClientException e) {
                assertThat(e).hasMessageContaining("another thread is polling: group=g");
                return true;
            }
        });

        consumer.shutdown();

        assertThat(waiting.orTimeout(30, TimeUnit.SECONDS).join()).isEmpty();
        assertThatThrownBy(() -> consumer.poll(0)).hasMessageContaining("is shut down: group=g");
    }

    @Test
    void saysThatItMustBeStartedFirst() {
        PullConsumer consumer = MQFactory.createPullConsumer(config().build());

        assertThatThrownBy(() -> consumer.poll(0)).hasMessageContaining("not started: group=g; call start() first");
    }

    @Test
    void tellsWhenATopicHasOtherQueuesThanBefore() {
        Queue<Set<TopicPartition>> told = new ConcurrentLinkedQueue<>();
        PullConsumer consumer = start(config().build());
        consumer.registerTopicPartitionChangedListener("orders", told::add);
        assertThat(consumer.topicPartitions("orders")).hasSize(2);
        assertThat(told).isEmpty();

        broker.topic("orders", 3);
        assertThat(consumer.topicPartitions("orders")).hasSize(3);

        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly(Set.of(partition(0), partition(1), partition(2)));
    }

    @Test
    void isMadeFromProperties() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, broker.address());
        properties.put(PropertyKeyConst.GROUP_ID, "g");
        properties.put(PropertyKeyConst.AUTO_COMMIT, "false");
        properties.put(PropertyKeyConst.AUTO_COMMIT_INTERVAL_MILLIS, 1500);
        properties.put(PropertyKeyConst.MaxCachedMessageAmount, 200);

        PullConsumerConfig config = PullConsumerConfig.of(properties);

        assertThat(config.autoCommit()).isFalse();
        assertThat(config.autoCommitInterval()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.maxCachedMessages()).isEqualTo(200);
        properties.put(PropertyKeyConst.AUTO_COMMIT, "perhaps");
        assertThatThrownBy(() -> MQFactory.createPullConsumer(properties))
                .hasMessageContaining("autoCommit=perhaps; it must be true or false");
    }

    private PullConsumerConfig.Builder config() {
        return PullConsumerConfig.builder(broker.client(), "g");
    }

    private PullConsumerConfig.Builder manual() {
        return config().autoCommit(false);
    }

    private PullConsumer subscribed(PullConsumerConfig config) {
        PullConsumer consumer = start(config);
        consumer.subscribe("orders", "*");
        return consumer;
    }

    private PullConsumer start(PullConsumerConfig config) {
        PullConsumer consumer = MQFactory.createPullConsumer(config);
        consumers.add(consumer);
        consumer.start();
        return consumer;
    }

    /** Polls until there are so many. */
    private static List<Message> poll(PullConsumer consumer, int count) {
        List<Message> all = new ArrayList<>();
        long end = System.nanoTime() + LONG.toNanos();
        while (all.size() < count && System.nanoTime() < end) {
            all.addAll(consumer.poll(Duration.ofSeconds(1)));
        }
        return all;
    }

    private void store(int queueId, String body, String tag) {
        broker.store(
                "orders",
                queueId,
                0,
                body.getBytes(StandardCharsets.UTF_8),
                "UNIQ_KEY\u0001ID-" + body + "\u0002TAGS\u0001" + tag + "\u0002");
    }

    private static TopicPartition partition(int queueId) {
        return new TopicPartition("orders", "b1", queueId);
    }

    private static int number(String body) {
        return Integer.parseInt(body.substring(1));
    }

    private static List<String> bodies(List<Message> messages) {
        return messages.stream().map(PullConsumeTest::body).toList();
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
