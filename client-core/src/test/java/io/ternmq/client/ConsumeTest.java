package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueOffsets;
import io.ternmq.protocol.header.PullResultHeader;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumeTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 4).topic("%RETRY%g", 1);
    private final Queue<Message> received = new ConcurrentLinkedQueue<>();
    private final List<Consumer> consumers = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        consumers.forEach(Consumer::close);
        broker.close();
    }

    @Test
    void receivesWhatIsStoredBeforeAndAfterItStarts() {
        broker.commit("g", "orders", 0, 0);
        store(0, "before", "a");

        start("*", this::accept);
        store(3, "after", "a");

        await().until(() -> bodies().equals(Set.of("before", "after")));
        assertThat(received)
                .allSatisfy(message -> assertThat(message.getTopic()).isEqualTo("orders"));
    }

    @Test
    void startsWithWhatComesFromNowOn() {
        store(0, "old", "a");

        start("*", this::accept);
        store(0, "new", "a");

        await().until(() -> !received.isEmpty());
        assertThat(bodies()).containsExactly("new");
        assertThat(broker.committed("g", "orders", 0))
                .as("the start is pinned at once")
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void startsAtTheBeginningWhenToldTo() {
        store(0, "old", "a");

        start(config().startFrom(StartPosition.earliest()).build(), "*", this::accept);

        await().until(() -> bodies().equals(Set.of("old")));
    }

    @Test
    void makesItselfKnownBeforeItPulls() {
        start("*", this::accept);

        await().until(() -> !broker.received(RequestCode.PULL_MESSAGE).isEmpty());
        List<RequestCode> codes = broker.codes();
        assertThat(codes.indexOf(RequestCode.HEART_BEAT)).isLessThan(codes.indexOf(RequestCode.PULL_MESSAGE));
        assertThat(broker.received(RequestCode.HEART_BEAT).get(0).body())
                .contains("\"groupName\":\"g\"", "%RETRY%g", "CONSUME_PASSIVELY");
    }

    @Test
    void hasTheLastWordAboutTags() {
        // "Aa" and "BB" have the same hash, which is all that a broker compares.
        start("Aa || C", this::accept);

        store(0, "other", "BB");
        store(0, "mine", "Aa");
        store(0, "none", "");
        store(0, "also mine", "C");

        await().until(() -> bodies().equals(Set.of("mine", "also mine")));
        await().until(() -> received.size() == 2);
    }

    @Test
    void commitsWhatIsDoneWhenItShutsDown() {
        broker.commit("g", "orders", 1, 0);
        Consumer consumer = start("*", this::accept);
        store(1, "a", "t");
        store(1, "b", "t");
        await().until(() -> received.size() == 2);

        consumer.shutdown();

        assertThat(broker.committed("g", "orders", 1)).isEqualTo(2);
        assertThat(broker.received(RequestCode.UNREGISTER_CLIENT))
                .singleElement()
                .satisfies(
                        left -> assertThat(left.fields().get("consumerGroup")).isEqualTo("g"));
    }

    @Test
    void doesNotCommitBeyondAMessageThatIsBeingHandled() throws Exception {
        broker.commit("g", "orders", 0, 0);
        CountDownLatch release = new CountDownLatch(1);
        Consumer consumer =
                start(config().shutdownTimeout(Duration.ofMillis(100)).build(), "*", (message, context) -> {
                    if (body(message).equals("slow")) {
                        awaitUninterruptibly(release);
                    }
                    return accept(message, context);
                });
        store(0, "slow", "t");
        store(0, "quick", "t");
        await().until(() -> bodies().contains("quick"));

        consumer.shutdown();

        assertThat(broker.committed("g", "orders", 0)).isZero();
        release.countDown();
    }

    @Test
    void waitsForRunningListenersWhenItShutsDown() {
        broker.commit("g", "orders", 0, 0);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Consumer consumer = start("*", (message, context) -> {
            begun.countDown();
            awaitUninterruptibly(release);
            return accept(message, context);
        });
        store(0, "slow", "t");
        awaitUninterruptibly(begun);
        Thread stopping = new Thread(consumer::shutdown);

        stopping.start();
        await().until(consumer::isClosed);
        assertThat(stopping.isAlive()).isTrue();
        release.countDown();

        await().until(() -> !stopping.isAlive());
        assertThat(broker.committed("g", "orders", 0)).isEqualTo(1);
    }

    @Test
    void sendsFailedMessagesBack() {
        AtomicInteger calls = new AtomicInteger();
        start(config().maxReconsumeTimes(5).build(), "*", (message, context) -> {
            received.add(message);
            return switch (calls.getAndIncrement()) {
                case 0 -> Action.ReconsumeLater;
                case 1 -> throw new IllegalStateException("the listener fails on purpose");
                case 2 -> nothing();
                default -> Action.CommitMessage;
            };
        });

        for (int i = 0; i < 4; i++) {
            store(0, "m" + i, "t");
            int expected = i + 1;
            await().until(() -> received.size() == expected);
        }

        await().until(() -> broker.received(RequestCode.CONSUMER_SEND_MSG_BACK).size() == 3);
        var sentBack =
                broker.received(RequestCode.CONSUMER_SEND_MSG_BACK).get(1).fields();
        assertThat(sentBack.get("offset")).isEqualTo("1000");
        assertThat(sentBack.get("group")).isEqualTo("g");
        assertThat(sentBack.get("originTopic")).isEqualTo("orders");
        assertThat(sentBack.get("maxReconsumeTimes")).isEqualTo("5");
        assertThat(sentBack.get("originMsgId")).isEqualTo("ID-m1");
    }

    @SuppressWarnings("NullAway") // What a listener that ignores its contract does.
    private static Action nothing() {
        return null;
    }

    @Test
    void givesRetriedMessagesToTheListenerOfTheirTopic() {
        start("*", this::accept);

        broker.store(
                "%RETRY%g",
                0, 0, "again".getBytes(StandardCharsets.UTF_8), "RETRY_TOPIC\u0001orders\u0002UNIQ_KEY\u0001ID\u0002");

        await().until(() -> bodies().equals(Set.of("again")));
        assertThat(received.peek()).extracting(Message::getTopic).isEqualTo("orders");
    }

    @Test
    void treatsAMessageAsFailedWhoseListenerDoesNotComeToAnEnd() {
        CountDownLatch release = new CountDownLatch(1);
        Consumer consumer =
                start(config().consumeTimeout(Duration.ofMillis(200)).build(), "*", (message, context) -> {
                    awaitUninterruptibly(release);
                    return Action.CommitMessage;
                });
        store(0, "stuck", "t");

        await().until(() -> broker.received(RequestCode.CONSUMER_SEND_MSG_BACK).size() == 1);
        assertThat(broker.received(RequestCode.CONSUMER_SEND_MSG_BACK)
                        .get(0)
                        .fields()
                        .get("delayLevel"))
                .isEqualTo("3");
        release.countDown();
        consumer.shutdown();
        assertThat(broker.committed("g", "orders", 0)).isEqualTo(1);
    }

    @Test
    void handlesNoMoreMessagesAtATimeThanItHasThreads() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        start(config().consumeThreads(3).build(), "*", (message, context) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            three.countDown();
            awaitUninterruptibly(three);
            running.decrementAndGet();
            return accept(message, context);
        });

        for (int i = 0; i < 100; i++) {
            store(i % 4, "m" + i, "t");
        }

        await().until(() -> received.size() == 100);
        assertThat(most).hasValue(3);
    }

    @Test
    void asksForLongRuns() {
        start("*", this::accept);

        await().until(() -> !broker.received(RequestCode.PULL_MESSAGE).isEmpty());
        assertThat(broker.received(RequestCode.PULL_MESSAGE)).allSatisfy(pull -> {
            assertThat(pull.fields().get("maxMsgNums")).isEqualTo("256");
            assertThat(pull.fields().get("maxMsgBytes")).isEqualTo(Integer.toString(1024 * 1024));
        });
    }

    @Test
    void holdsNoMoreInMemoryThanItMay() {
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 400; i++) {
            store(0, "m" + i, "t");
        }
        broker.commit("g", "orders", 0, 0);

        start(config().maxCachedMessages(40).build(), "*", (message, context) -> {
            awaitUninterruptibly(release);
            return accept(message, context);
        });

        await().during(Duration.ofMillis(300)).until(() -> pulledUpTo(0) == 0);
        assertThat(broker.received(RequestCode.PULL_MESSAGE))
                .filteredOn(pull -> "orders".equals(pull.fields().get("topic")))
                .isNotEmpty()
                .allSatisfy(pull -> assertThat(pull.fields().get("maxMsgNums")).isEqualTo("40"));
        release.countDown();
        await().until(() -> received.size() == 400);
    }

    /** Where the latest pull of a queue began. */
    private long pulledUpTo(int queueId) {
        return broker.received(RequestCode.PULL_MESSAGE).stream()
                .map(FakeBroker.Received::fields)
                .filter(fields -> "orders".equals(fields.get("topic"))
                        && Integer.toString(queueId).equals(fields.get("queueId")))
                .mapToLong(fields -> Long.parseLong(fields.get("queueOffset", "0")))
                .max()
                .orElse(0);
    }

    @Test
    void goesWhereTheBrokerSaysWhenItsOffsetIsGone() {
        broker.commit("g", "orders", 2, 77);
        broker.on(RequestCode.PULL_MESSAGE, request -> {
            if (!"77".equals(request.fields().get("queueOffset"))) {
                return null;
            }
            return request.respond(
                    ResponseCode.PULL_OFFSET_MOVED,
                    "moved",
                    new PullResultHeader(0, 5, 5, 9).encode(),
                    io.netty.buffer.Unpooled.EMPTY_BUFFER);
        });

        start("*", this::accept);

        await().until(() -> pulledUpTo(2) == 77
                && broker.received(RequestCode.PULL_MESSAGE).stream()
                        .anyMatch(pull -> "5".equals(pull.fields().get("queueOffset"))));
        assertThat(broker.committed("g", "orders", 2)).isEqualTo(5);
    }

    @Test
    void beginsAnewWhenItsTopicHasBeenDeletedAndComesBack() {
        broker.commit("g", "orders", 2, 77);
        AtomicInteger refused = new AtomicInteger();
        broker.on(RequestCode.PULL_MESSAGE, request -> {
            Fields fields = request.fields();
            if (!"orders".equals(fields.get("topic")) || !"2".equals(fields.get("queueId"))) {
                return null;
            }
            if ("77".equals(fields.get("queueOffset"))) {
                refused.incrementAndGet();
                broker.commit("g", "orders", 2, 0);
                return request.fail(ResponseCode.TOPIC_NOT_EXIST, "deleted");
            }
            List<StoredMessage> stored = broker.stored("orders", 2);
            return "0".equals(fields.get("queueOffset")) ? FakeBroker.found(request, stored, stored.size()) : null;
        });
        store(2, "first of the new one", "t");

        start("*", this::accept);

        await().until(() -> bodies().equals(Set.of("first of the new one")));
        assertThat(refused).hasValue(1);
        assertThat(broker.received(RequestCode.UPDATE_CONSUMER_OFFSET))
                .noneMatch(commit -> "77".equals(commit.fields().get("commitOffset")));
    }

    @Test
    void introducesItselfAgainToABrokerThatHasForgottenIt() {
        AtomicInteger refusals = new AtomicInteger();
        broker.on(RequestCode.PULL_MESSAGE, request -> {
            if (refusals.incrementAndGet() == 5) {
                broker.asUsual(RequestCode.PULL_MESSAGE);
            }
            return request.fail(ResponseCode.SUBSCRIPTION_NOT_EXIST, "who are you");
        });
        start("*", this::accept);
        store(0, "m", "t");

        await().until(() -> bodies().equals(Set.of("m")));
        assertThat(broker.received(RequestCode.HEART_BEAT)).hasSizeGreaterThan(1);
    }

    @Test
    void backsOffWhenTheBrokerIsBusyAndGoesOn() {
        AtomicInteger pulls = new AtomicInteger();
        broker.on(RequestCode.PULL_MESSAGE, request -> {
            if ("0".equals(request.fields().get("queueId"))
                    && "orders".equals(request.fields().get("topic"))) {
                pulls.incrementAndGet();
            }
            return request.fail(ResponseCode.SYSTEM_BUSY, "[OVERLOAD]");
        });
        broker.commit("g", "orders", 0, 0);
        store(0, "m", "t");
        start("*", this::accept);

        await().until(() -> pulls.get() > 0);
        await().during(Duration.ofMillis(500)).until(() -> pulls.get() == 1);
        broker.asUsual(RequestCode.PULL_MESSAGE);

        await().until(() -> bodies().equals(Set.of("m")));
    }

    @Test
    void goesOnAfterTheBrokerHasRestarted() {
        start("*", this::accept);
        store(0, "before", "t");
        await().until(() -> bodies().contains("before"));
        int heartbeats = broker.received(RequestCode.HEART_BEAT).size();

        broker.stop();
        store(1, "meanwhile", "t");
        broker.restart();

        await().until(() -> bodies().contains("meanwhile"));
        assertThat(broker.received(RequestCode.HEART_BEAT))
                .as("a new connection begins with a heartbeat")
                .hasSizeGreaterThan(heartbeats);
    }

    @Test
    void givesUpAndTakesBackQueuesAsMembersComeAndGo() {
        start("*", this::accept);

        broker.addMember("zzz@other");
        broker.notifyMembersChanged("g");

        await().until(() -> broker.committed("g", "orders", 2) >= 0);
        // Ids are sorted: this consumer comes first and keeps queues 0 and 1.
        store(0, "mine", "t");
        store(3, "theirs", "t");
        await().until(() -> bodies().contains("mine"));
        await().during(Duration.ofMillis(300)).until(() -> !bodies().contains("theirs"));

        broker.commit("g", "orders", 3, 0);
        broker.removeMember("zzz@other");
        broker.notifyMembersChanged("g");
        await().until(() -> bodies().contains("theirs"));
    }

    @Test
    void findsATopicThatIsMadeAfterItHasStarted() {
        Consumer consumer = start("*", this::accept);
        consumer.subscribe("later", "*", this::accept);

        broker.topic("later", 1);
        broker.commit("g", "later", 0, 0);
        broker.store("later", 0, 0, "m".getBytes(StandardCharsets.UTF_8), "");

        await().until(() -> bodies().contains("m"));
    }

    @Test
    void receivesNothingMoreOfATopicThatItHasUnsubscribed() {
        Consumer consumer = start("*", this::accept);
        store(0, "before", "t");
        await().until(() -> bodies().contains("before"));

        consumer.unsubscribe("orders");
        store(0, "after", "t");

        await().during(Duration.ofMillis(300)).until(() -> !bodies().contains("after"));
    }

    @Test
    void refusesASecondConsumerOfTheGroup() {
        start("*", this::accept);
        Consumer second = MQFactory.createConsumer(config().build());

        assertThatThrownBy(second::start)
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("has a consumer in this JVM already: group=g");
    }

    @Test
    void refusesExpressionsWithoutATag() {
        Consumer consumer = MQFactory.createConsumer(config().build());

        assertThatThrownBy(() -> consumer.subscribe("orders", " || ", this::accept))
                .hasMessageContaining("names no tag");
        assertThatThrownBy(() -> consumer.subscribe("or ders", "*", this::accept))
                .hasMessageContaining("illegal character");
    }

    @Test
    void broadcastsToEveryMemberAndKeepsOffsetsInAFile() throws IOException {
        ConsumerConfig config = broadcasting("one");
        Consumer first = start(config, "*", this::accept);
        Queue<Message> others = new ConcurrentLinkedQueue<>();
        start(broadcasting("two"), "*", (message, context) -> {
            others.add(message);
            return Action.CommitMessage;
        });
        store(1, "for all", "t");
        await().until(() -> received.size() == 1 && others.size() == 1);

        first.shutdown();
        store(1, "meanwhile", "t");
        start(config, "*", this::accept);

        await().until(() -> bodies().equals(Set.of("for all", "meanwhile")));
        assertThat(broker.received(RequestCode.UPDATE_CONSUMER_OFFSET)).isEmpty();
        try (Stream<Path> files = Files.walk(directory).filter(Files::isRegularFile)) {
            assertThat(files)
                    .allMatch(file -> String.valueOf(file.getFileName()).equals("offsets.json"));
        }
    }

    @Test
    void keepsInItsFileWhereAnOperatorHasMovedIt() {
        ConsumerConfig config = broadcasting("one");
        Consumer moved = start(config, "*", this::accept);
        store(1, "first", "t");
        await().until(() -> received.size() == 1);
        store(1, "second", "t");
        await().until(() -> received.size() == 2);

        broker.push(
                RequestCode.RESET_CONSUMER_CLIENT_OFFSET,
                Fields.builder().put("topic", "orders").put("group", "g").build(),
                ByteBufUtil.getBytes(
                        JsonBodies.encode(new QueueOffsets(Map.of(new MessageQueue("orders", "b1", 1), 1L)))));

        await().until(() -> received.size() == 3);
        assertThat(received).extracting(ConsumeTest::body).containsExactly("first", "second", "second");
        moved.shutdown();
        store(1, "meanwhile", "t");
        start(config, "*", this::accept);
        await().until(() -> received.size() == 4);
        assertThat(received).last().extracting(ConsumeTest::body).isEqualTo("meanwhile");
    }

    @Test
    void beginsBroadcastingWithTheNewest() {
        store(0, "old", "t");

        start(broadcasting("one"), "*", this::accept);
        store(0, "new", "t");

        await().until(() -> bodies().contains("new"));
        assertThat(bodies()).containsExactly("new");
    }

    @Test
    void dropsBroadcastMessagesThatFail() {
        start(broadcasting("one"), "*", (message, context) -> {
            received.add(message);
            return Action.ReconsumeLater;
        });

        store(0, "a", "t");
        store(0, "b", "t");

        await().until(() -> received.size() == 2);
        assertThat(broker.received(RequestCode.CONSUMER_SEND_MSG_BACK)).isEmpty();
    }

    private ConsumerConfig broadcasting(String instanceName) {
        ClientConfig client = ClientConfig.builder(broker.address())
                .instanceName(instanceName)
                .build();
        return ConsumerConfig.builder(client, "g")
                .messageModel(MessageModel.BROADCASTING)
                .offsetDirectory(directory)
                .build();
    }

    @Test
    void writesNoFileWhenItClusters() {
        Consumer consumer = start(config().offsetDirectory(directory).build(), "*", this::accept);
        store(0, "a", "t");
        await().until(() -> received.size() == 1);

        consumer.shutdown();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void answersRequestsThatItDoesNotKnowWithCode3() {
        start("*", this::accept);

        broker.ask(RequestCode.GET_ALL_CONSUMER_OFFSET, Fields.of("consumerGroup", "g"));

        await().until(() -> !broker.responses().isEmpty());
        assertThat(broker.responses().get(0).code()).isEqualTo(3);
        assertThat(broker.responses().get(0).opaque()).isEqualTo(4711);
        store(0, "still there", "t");
        await().until(() -> bodies().contains("still there"));
    }

    @Test
    void endsAStartThatFailsAndLeavesNothingBehind() {
        broker.stop();
        Consumer consumer = MQFactory.createConsumer(config().build());
        consumer.subscribe("orders", "*", this::accept);

        assertThatThrownBy(consumer::start).hasMessageContaining("no name server can be reached");

        assertThat(consumer.isStarted()).isFalse();
        broker.restart();
        store(0, "m", "t");
        start(config().startFrom(StartPosition.earliest()).build(), "*", this::accept);
        await().until(() -> bodies().contains("m"));
    }

    @Test
    void closesAtOnceWhenIdle() {
        Consumer consumer = start("*", this::accept);
        long start = System.nanoTime();

        consumer.shutdown();

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("it does not wait for the answers of pulls that wait for messages")
                .isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void holdsUpAQueueRatherThanSkipAMessageThatIsDamaged() {
        broker.commit("g", "orders", 0, 0);
        store(0, "good", "t");
        AtomicInteger pulls = new AtomicInteger();
        broker.on(RequestCode.PULL_MESSAGE, request -> {
            if (!"0".equals(request.fields().get("queueId"))
                    || !"orders".equals(request.fields().get("topic"))) {
                return null;
            }
            pulls.incrementAndGet();
            var answer = FakeBroker.found(request, broker.stored("orders", 0), 1);
            if (pulls.get() == 1) {
                // One byte of the body of the only record.
                answer.body().setByte(88, answer.body().getByte(88) ^ 1);
            }
            return "0".equals(request.fields().get("queueOffset")) ? answer : null;
        });

        start("*", this::accept);

        await().until(() -> bodies().equals(Set.of("good")));
        assertThat(pulls.get()).isGreaterThanOrEqualTo(2);
    }

    private Consumer start(String expression, MessageListener listener) {
        return start(config().build(), expression, listener);
    }

    private Consumer start(ConsumerConfig config, String expression, MessageListener listener) {
        Consumer consumer = MQFactory.createConsumer(config);
        consumers.add(consumer);
        consumer.subscribe("orders", expression, listener);
        consumer.start();
        return consumer;
    }

    private ConsumerConfig.Builder config() {
        return ConsumerConfig.builder(broker.client(), "g");
    }

    private void store(int queueId, String body, String tag) {
        String properties =
                "UNIQ_KEY\u0001ID-" + body + "\u0002" + (tag.isEmpty() ? "" : "TAGS\u0001" + tag + "\u0002");
        broker.store("orders", queueId, 0, body.getBytes(StandardCharsets.UTF_8), properties);
    }

    private Action accept(Message message, ConsumeContext context) {
        assertThat(context.getGroupId()).isEqualTo("g");
        received.add(message);
        return Action.CommitMessage;
    }

    private Set<String> bodies() {
        Set<String> bodies = ConcurrentHashMap.newKeySet();
        received.forEach(message -> bodies.add(body(message)));
        return bodies;
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
