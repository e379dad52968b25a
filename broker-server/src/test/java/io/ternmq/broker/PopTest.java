package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.schedule.DelayLevels;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.BatchAck;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.AckHeader;
import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.header.PopHeader;
import io.ternmq.protocol.header.PopResultHeader;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pop consumption over real sockets. Each test uses topics and groups of its own. */
class PopTest {
    private static final long LONG = 60_000;

    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient client = broker.connect();
    private final TestClient other = broker.connect();

    @Test
    void givesEachMessageToOneConsumerThoughThereIsOneQueueOnly() throws Exception {
        TopicRequests.create(client, "shared", 1, 6);
        for (int i = 0; i < 4; i++) {
            client.send("shared", "m" + i);
        }

        Command mine =
                client.call(RequestCode.POP_MESSAGE, pop("g", "shared", 2, LONG).encode());
        Command theirs =
                other.call(RequestCode.POP_MESSAGE, pop("g", "shared", 2, LONG).encode());
        Command nothing =
                other.call(RequestCode.POP_MESSAGE, pop("g", "shared", 2, LONG).encode());

        assertThat(TestClient.bodies(mine)).containsExactly("m0", "m1");
        assertThat(TestClient.bodies(theirs)).containsExactly("m2", "m3");
        assertThat(nothing.code()).isEqualTo(19);
        PopResultHeader result = PopResultHeader.decode(mine.fields());
        assertThat(result.startOffsets()).isEqualTo("0 0 0");
        assertThat(result.messageOffsets()).isEqualTo("0 0 0,1");
        assertThat(result.rest()).isEqualTo(2);
        assertThat(result.reviveQueue()).isZero();
        assertThat(PopResultHeader.decode(nothing.fields()).startOffsets()).isNull();
    }

    @Test
    void takesFromAllQueues() {
        TopicRequests.create(client, "wide", 3, 6);
        for (int queue = 0; queue < 3; queue++) {
            client.send("wide", queue, "q" + queue, Map.of());
        }

        Command answer =
                client.call(RequestCode.POP_MESSAGE, pop("g", "wide", 32, LONG).encode());

        assertThat(TestClient.bodies(answer)).containsExactlyInAnyOrder("q0", "q1", "q2");
        assertThat(answer.fields().get("startOffsetInfo").split(";"))
                .containsExactlyInAnyOrder("0 0 0", "0 1 0", "0 2 0");
    }

    @Test
    void countsTheLowestUnacknowledgedOffsetForTheGroup() throws Exception {
        TopicRequests.create(client, "counted", 1, 6);
        for (int i = 0; i < 3; i++) {
            client.send("counted", "m" + i);
        }
        List<Popped> popped = popped("g", "counted", LONG);
        assertThat(committed("g", "counted")).isZero();

        assertThat(ack("g", "counted", popped.get(1)).code()).isZero();
        assertThat(committed("g", "counted")).isZero();
        assertThat(ack("g", "counted", popped.get(0)).code()).isZero();
        assertThat(committed("g", "counted")).isEqualTo(2);
        assertThat(ack("g", "counted", popped.get(2)).code()).isZero();
        assertThat(committed("g", "counted")).isEqualTo(3);
    }

    @Test
    void deliversAgainWhatWasNotAcknowledgedInTime() {
        TopicRequests.create(client, "late", 1, 6);
        client.send("late", 0, "x", Map.of("UNIQ_KEY", "id-1"));
        Popped first = popped("late-group", "late", 100).get(0);

        Popped again = await().until(() -> popped("late-group", "late", LONG), list -> !list.isEmpty())
                .get(0);

        assertThat(again.message.topic()).isEqualTo("%RETRY%late-group_late");
        assertThat(again.handle.retry()).isEqualTo(1);
        assertThat(again.message.reconsumeTimes()).isEqualTo(1);
        assertThat(again.message.properties()).contains("UNIQ_KEY\u0001id-1");
        assertThat(ack("late-group", "late", first).code()).isEqualTo(208);
        assertThat(ack("late-group", again.message.topic(), again).code()).isZero();
        assertThat(popped("late-group", "late", LONG)).isEmpty();
    }

    @Test
    void wakesAWaitingPopForAMessageAndForARetry() {
        TopicRequests.create(client, "wake-pop", 4, 6);
        CompletableFuture<Command> waiting = start(client, waiting("wake-group", "wake-pop", 30_000));
        other.send("wake-pop", 3, "x", Map.of());
        assertThat(TestClient.bodies(TestClient.join(waiting))).containsExactly("x");

        CompletableFuture<Command> forRetry = start(client, waiting("wake-group", "wake-pop", 30_000));
        other.send("wake-pop", 2, "y", Map.of());
        Popped y = read(TestClient.join(forRetry)).get(0);
        CompletableFuture<Command> second = start(other, waiting("wake-group", "wake-pop", 30_000));
        assertThat(change("wake-group", "wake-pop", y, 1).code()).isZero();
        assertThat(read(TestClient.join(second)).get(0).message.reconsumeTimes())
                .isEqualTo(1);
    }

    @Test
    void wakesOneWaiterForEachMessage() {
        TopicRequests.create(client, "fair", 1, 6);
        CompletableFuture<Command> first = start(client, waiting("fair-group", "fair", 30_000));
        CompletableFuture<Command> second = start(other, waiting("fair-group", "fair", 30_000));
        await().until(() -> polling("fair-group", "fair").equals("2"));

        client.send("fair", "a");
        await().until(() -> first.isDone() || second.isDone());
        assertThat(first.isDone() && second.isDone()).isFalse();
        client.send("fair", "b");

        List<String> all = new ArrayList<>(TestClient.bodies(TestClient.join(first)));
        all.addAll(TestClient.bodies(TestClient.join(second)));
        assertThat(all).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void givesTheMessageToAnotherWhenAWaitingConsumerGoes() throws IOException {
        TopicRequests.create(client, "gone", 1, 6);
        TestClient leaving = new TestClient(broker.port());
        start(leaving, waiting("gone-group", "gone", 30_000));
        await().until(() -> polling("gone-group", "gone").equals("1"));
        CompletableFuture<Command> staying = start(client, waiting("gone-group", "gone", 30_000));
        await().until(() -> polling("gone-group", "gone").equals("2"));

        leaving.close();
        await().until(() -> polling("gone-group", "gone").equals("1"));
        other.send("gone", "x");

        assertThat(TestClient.bodies(TestClient.join(staying))).containsExactly("x");
    }

    @Test
    void answersAWaitingPopAtItsDeadlineWithItsFields() throws Exception {
        TopicRequests.create(client, "quiet", 1, 6);

        Command answer = TestClient.join(start(client, waiting("g", "quiet", 50)));

        assertThat(answer.code()).isEqualTo(210);
        assertThat(PopResultHeader.decode(answer.fields()).rest()).isZero();
    }

    @Test
    void answersAtOnceWhenTheClientHasGivenUp() {
        TopicRequests.create(client, "stale", 1, 6);
        client.send("stale", "x");
        PopHeader late = new PopHeader(
                "stale-group",
                "stale",
                -1,
                32,
                LONG,
                1_000,
                System.currentTimeMillis() - 5_000,
                false,
                "TAG",
                "*",
                false,
                null);

        assertThat(TestClient.join(start(client, late)).code()).isEqualTo(210);
        assertThat(popped("stale-group", "stale", LONG)).hasSize(1);
    }

    @Test
    void postponesAMessage() throws Exception {
        TopicRequests.create(client, "postponed", 1, 6);
        client.send("postponed", "x");
        Popped first = popped("postponing", "postponed", 30_000).get(0);

        Command changed = change("postponing", "postponed", first, LONG);

        PopResultHeader result = PopResultHeader.decode(changed.fields());
        assertThat(result.invisibleMillis()).isEqualTo(LONG);
        PopHandle handle = new PopHandle(
                first.handle.startOffset(), result.popTime(), LONG, 0, 0, "ternmq", 0, first.handle.offset());
        if (result.popTime() != first.handle.popTime()) {
            assertThat(ack("postponing", "postponed", first).code()).isEqualTo(208);
        }
        assertThat(ack("postponing", "postponed", new Popped(first.message, handle))
                        .code())
                .isZero();
        assertThat(committed("postponing", "postponed")).isEqualTo(1);
    }

    @Test
    void acknowledgesManyAtOnce() throws Exception {
        TopicRequests.create(client, "many", 1, 6);
        for (int i = 0; i < 12; i++) {
            client.send("many", "m" + i);
        }
        Popped first = popped("many-group", "many", LONG).get(0);
        byte[] bits = {(byte) 0xFF, 0x05};
        BatchAck batch = new BatchAck(
                "ternmq",
                List.of(new BatchAck.Ack(
                        "many-group",
                        "many",
                        "0",
                        0,
                        0,
                        0,
                        first.handle.popTime(),
                        LONG,
                        Base64.getEncoder().encodeToString(bits))));

        Command answer = client.call(RequestCode.BATCH_ACK_MESSAGE, Fields.empty(), JsonBodies.encode(batch));
        Command again = client.call(RequestCode.BATCH_ACK_MESSAGE, Fields.empty(), JsonBodies.encode(batch));

        assertThat(answer.code()).isZero();
        assertThat(committed("many-group", "many")).isEqualTo(9);
        assertThat(again.code()).isEqualTo(208);
    }

    @Test
    void refusesHandlesThatAreNone() {
        TopicRequests.create(client, "handles", 1, 6);
        client.send("handles", "x");
        Popped popped = popped("handle-group", "handles", LONG).get(0);
        String good = popped.handle.toString();
        String[] words = good.split(" ");

        for (String bad : new String[] {
            "",
            "x",
            good + " 1",
            good.replace("ternmq", "other"),
            good.replace(words[1], "y"),
            "0 1 2 3 9 ternmq 0 0",
            "0 1 2 3 1 ternmq 0 0",
            "0 1 2 3 0 ternmq 1 0",
            "0 1 2 3 0 ternmq 0 1"
        }) {
            AckHeader header = new AckHeader("handle-group", "handles", 0, bad, 0, 0, false);
            assertThat(client.call(RequestCode.ACK_MESSAGE, header.encode()).code())
                    .as(bad)
                    .isEqualTo(13);
        }
        String beyond = "0 1 2 3 0 ternmq 0 7";
        assertThat(client.call(
                                RequestCode.ACK_MESSAGE,
                                new AckHeader("handle-group", "handles", 0, beyond, 7, 0, false).encode())
                        .code())
                .isEqualTo(208);
        String wrongTime = "0 1 60000 0 0 ternmq 0 0";
        assertThat(client.call(
                                RequestCode.ACK_MESSAGE,
                                new AckHeader("handle-group", "handles", 0, wrongTime, 0, 0, false).encode())
                        .code())
                .isEqualTo(208);
        assertThat(ack("handle-group", "handles", popped).code()).isZero();
    }

    @Test
    void refusesPopsThatAreOutOfRangeOrNotAllowed() {
        TopicRequests.create(client, "ranges", 1, 6);
        TopicRequests.create(client, "write-only", 1, 2);

        assertThat(popCode(pop("g", "ranges", 33, LONG))).isEqualTo(29);
        assertThat(popCode(pop("g", "ranges", 0, LONG))).isEqualTo(29);
        assertThat(popCode(pop("g", "ranges", 1, 0))).isEqualTo(29);
        assertThat(popCode(pop("g", "write-only", 1, LONG))).isEqualTo(16);
        assertThat(popCode(pop("g", "nowhere", 1, LONG))).isEqualTo(17);
        assertThat(popCode(new PopHeader("g", "ranges", 5, 1, LONG, 0, 0, false, "TAG", "*", false, null)))
                .isEqualTo(29);
        assertThat(popCode(new PopHeader("g", "ranges", -1, 1, LONG, 0, 0, false, "SQL92", "a >", false, null)))
                .isEqualTo(23);
    }

    @Test
    void filtersByTheRequestAndByTheSubscription() {
        TopicRequests.create(client, "filtered", 1, 6);
        client.send("filtered", 0, "a", Map.of("TAGS", "A", "n", "1"));
        client.send("filtered", 0, "b", Map.of("TAGS", "B", "n", "2"));
        client.send("filtered", 0, "c", Map.of("TAGS", "C", "n", "3"));
        client.heartbeat("c1", "subscribed", SubscriptionData.ofTags("filtered", "A", 1));

        assertThat(bodies(new PopHeader("by-tag", "filtered", -1, 32, LONG, 0, 0, false, "TAG", "B || C", false, null)))
                .containsExactly("b", "c");
        assertThat(bodies(
                        new PopHeader("by-sql", "filtered", -1, 32, LONG, 0, 0, false, "SQL92", "n <> 2", false, null)))
                .containsExactly("a", "c");
        assertThat(bodies(new PopHeader("subscribed", "filtered", -1, 32, LONG, 0, 0, false, "TAG", null, false, null)))
                .containsExactly("a");
    }

    @Test
    void followsAnOffsetThatSomebodyElseHasSet() {
        TopicRequests.create(client, "reset", 1, 6);
        for (int i = 0; i < 3; i++) {
            client.send("reset", "m" + i);
        }
        assertThat(bodies(pop("resetting", "reset", 32, LONG))).hasSize(3);

        client.call(RequestCode.UPDATE_CONSUMER_OFFSET, new UpdateOffsetHeader("resetting", "reset", 0, 1).encode());

        assertThat(bodies(pop("resetting", "reset", 32, LONG))).containsExactly("m1", "m2");
    }

    @Test
    void leasesAQueueToOneOrderedConsumerAtATime() throws Exception {
        TopicRequests.create(client, "in-order", 1, 6);
        for (int i = 0; i < 3; i++) {
            client.send("in-order", "m" + i);
        }
        Command first = client.call(
                RequestCode.POP_MESSAGE, ordered("in-order", 2, LONG, "a1", 0).encode());
        List<Popped> popped = read(first);
        assertThat(first.fields().get("reviveQid")).isEqualTo("999");
        assertThat(first.fields().get("orderCountInfo")).isEqualTo("0 0 0");

        assertThat(popCode(ordered("in-order", 2, LONG, "b1", 0))).isEqualTo(19);
        assertThat(bodies(ordered("in-order", 2, LONG, "a1", 0))).containsExactly("m0", "m1");

        popped = read(client.call(
                RequestCode.POP_MESSAGE, ordered("in-order", 2, LONG, "a1", 0).encode()));
        CompletableFuture<Command> waiting = start(other, ordered("in-order", 2, LONG, "b2", 30_000));
        assertThat(ack("order-group", "in-order", popped.get(0)).code()).isZero();
        assertThat(ack("order-group", "in-order", popped.get(1)).code()).isZero();
        assertThat(TestClient.bodies(TestClient.join(waiting))).containsExactly("m2");
    }

    @Test
    void deliversFromTheFirstUnacknowledgedOnWhenAnOrderedLeaseEnds() throws Exception {
        AtomicLong now = new AtomicLong(1_763_637_600_000L);
        try (Broker own = Broker.start(BrokerConfig.builder().build(), now::get, DelayLevels.standard());
                TestClient mine = new TestClient(own.port())) {
            TopicRequests.create(mine, "in-order-late", 1, 6);
            for (int i = 0; i < 3; i++) {
                mine.send("in-order-late", "m" + i);
            }
            PopHeader first =
                    new PopHeader("order-group", "in-order-late", -1, 3, 200, 0, 0, false, "TAG", "*", true, "a1");
            PopHeader second = new PopHeader(
                    "order-group", "in-order-late", -1, 3, LONG, 30_000, 0, false, "TAG", "*", true, "a2");
            List<Popped> popped = read(mine.call(RequestCode.POP_MESSAGE, first.encode()));
            AckHeader ack = header("order-group", "in-order-late", popped.get(0), 0);
            assertThat(mine.call(RequestCode.ACK_MESSAGE, ack.encode()).code()).isZero();

            CompletableFuture<Command> again = start(mine, second);
            now.addAndGet(200);

            assertThat(TestClient.bodies(TestClient.join(again))).containsExactly("m1", "m2");
            assertThat(again.join().fields().get("orderCountInfo")).isEqualTo("0 0 1");
        }
    }

    @Test
    void putsToTheDeadLettersWhatHasUsedUpItsTries() {
        TopicRequests.create(client, "dying", 1, 6);
        GroupConfig once =
                new GroupConfig("dying-group", true, true, true, false, 1, 1, 0, 1, true, 0, 15, Map.of(), null);
        client.call(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, Fields.empty(), JsonBodies.encode(once));
        client.send("dying", "x");
        popped("dying-group", "dying", 1);

        await().until(() -> !popped("dying-group", "dying", 1).isEmpty());

        await().untilAsserted(() -> assertThat(TestClient.bodies(client.pullAll("reader", "%DLQ%dying-group", 0, 0, 0)))
                .containsExactly("x"));
        assertThat(TestClient.messages(client.pullAll("reader", "%DLQ%dying-group", 0, 0, 0))
                        .get(0)
                        .properties())
                .contains("DLQ_ORIGIN_TOPIC\u0001dying\u0002");
    }

    @Test
    void followsAResetOfAGroupThatIsOnline() {
        TopicRequests.create(client, "put-back", 1, 6);
        client.heartbeat("c1", "putting-back", SubscriptionData.ofTags("put-back", "*", 1));
        client.send("put-back", "a");
        client.send("put-back", "b");
        assertThat(bodies(pop("putting-back", "put-back", 32, LONG))).hasSize(2);
        Fields reset = Fields.builder()
                .put("group", "putting-back")
                .put("topic", "put-back")
                .put("timestamp", 0)
                .put("isForce", true)
                .build();

        Command answer = client.call(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, reset);

        assertThat(answer.code()).as(answer.remark()).isZero();
        List<Popped> again = popped("putting-back", "put-back", LONG);
        assertThat(again).hasSize(2);
        again.forEach(popped ->
                assertThat(ack("putting-back", "put-back", popped).code()).isZero());
        assertThat(popped("putting-back", "put-back", LONG)).isEmpty();
    }

    @Test
    void showsAndTellsWithoutTaking() throws Exception {
        TopicRequests.create(client, "looked", 2, 6);
        Fields question = pop("looking", "looked", 32, LONG).encode();
        assertThat(client.call(RequestCode.PEEK_MESSAGE, question).code()).isEqualTo(19);
        assertThat(client.call(RequestCode.NOTIFICATION, question).fields().get("hasMsg"))
                .isEqualTo("false");
        CompletableFuture<Command> told = client.start(
                RequestCode.NOTIFICATION.number(),
                waiting("looking", "looked", 30_000).encode(),
                new byte[0]);

        other.send("looked", 1, "x", Map.of());

        assertThat(TestClient.join(told).fields().get("hasMsg")).isEqualTo("true");
        for (int i = 0; i < 2; i++) {
            Command peeked = client.call(RequestCode.PEEK_MESSAGE, question);
            assertThat(TestClient.bodies(peeked)).containsExactly("x");
            assertThat(PopResultHeader.decode(peeked.fields()).rest()).isEqualTo(1);
        }
        assertThat(popped("looking", "looked", LONG)).hasSize(1);
        assertThat(client.call(RequestCode.NOTIFICATION, question).fields().get("hasMsg"))
                .isEqualTo("false");
    }

    @Test
    void startsANewGroupWhereItWants(@TempDir Path directory) throws Exception {
        BrokerConfig config = BrokerConfig.builder().dataDirectory(directory).build();
        try (Broker own = Broker.start(config);
                TestClient mine = new TestClient(own.port())) {
            TopicRequests.create(mine, "young", 1, 6);
            mine.send("young", "x");
            PopHeader fromEnd = new PopHeader("end", "young", -1, 32, LONG, 0, 0, true, "TAG", "*", false, null);
            // All that was ever sent is there: nobody has missed anything yet.
            assertThat(TestClient.bodies(mine.call(RequestCode.POP_MESSAGE, fromEnd.encode())))
                    .containsExactly("x");
        }
    }

    @Test
    void deliversAgainAfterARestartWhatWasNotAcknowledged(@TempDir Path directory) throws Exception {
        BrokerConfig config = BrokerConfig.builder().dataDirectory(directory).build();
        try (Broker own = Broker.start(config);
                TestClient mine = new TestClient(own.port())) {
            TopicRequests.create(mine, "restart", 1, 6);
            for (int i = 0; i < 3; i++) {
                mine.send("restart", "m" + i);
            }
            List<Popped> popped = read(mine.call(
                    RequestCode.POP_MESSAGE, pop("g", "restart", 32, LONG).encode()));
            mine.call(
                    RequestCode.ACK_MESSAGE,
                    header("g", "restart", popped.get(0), 0).encode());
        }
        try (Broker own = Broker.start(config);
                TestClient mine = new TestClient(own.port())) {
            assertThat(TestClient.bodies(mine.call(
                            RequestCode.POP_MESSAGE,
                            pop("g", "restart", 32, LONG).encode())))
                    .containsExactly("m1", "m2");
        }
    }

    @Test
    void losesAndDoublesNothingWithManyConsumersThatFailNowAndThen() throws Exception {
        TopicRequests.create(client, "crowd", 2, 6);
        int messages = 300;
        ConcurrentLinkedQueue<String> done = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try (TestClient consumer = new TestClient(broker.port())) {
                    while (done.size() < messages) {
                        PopHeader header = new PopHeader(
                                "crowd-group",
                                "crowd",
                                -1,
                                7,
                                LONG,
                                200,
                                System.currentTimeMillis(),
                                false,
                                "TAG",
                                "*",
                                false,
                                null);
                        for (Popped popped : read(TestClient.join(start(consumer, header)))) {
                            String topic = popped.message.topic();
                            boolean fails =
                                    popped.message.reconsumeTimes() == 0 && popped.message.queueOffset() % 5 == number;
                            Command answer = fails
                                    ? consumer.call(
                                            RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
                                            header("crowd-group", topic, popped, 1)
                                                    .encode())
                                    : consumer.call(
                                            RequestCode.ACK_MESSAGE,
                                            header("crowd-group", topic, popped, 0)
                                                    .encode());
                            if (!fails && answer.code() == 0) {
                                done.add(new String(popped.message.body(), StandardCharsets.UTF_8));
                            }
                        }
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            client.send("crowd", i % 2, "m" + i, Map.of());
            sent.add("m" + i);
        }
        for (Thread thread : threads) {
            thread.join(20_000);
        }

        assertThat(done).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(committed("crowd-group", "crowd")).isEqualTo(150);
    }

    private record Popped(StoredMessage message, PopHandle handle) {}

    private static PopHeader pop(String group, String topic, int most, long invisible) {
        return new PopHeader(group, topic, -1, most, invisible, 0, 0, false, "TAG", "*", false, null);
    }

    private static PopHeader waiting(String group, String topic, long poll) {
        return new PopHeader(
                group, topic, -1, 32, LONG, poll, System.currentTimeMillis(), false, "TAG", "*", false, null);
    }

    private static PopHeader ordered(String topic, int most, long invisible, String attempt, long poll) {
        return new PopHeader(
                "order-group",
                topic,
                -1,
                most,
                invisible,
                poll,
                System.currentTimeMillis(),
                false,
                "TAG",
                "*",
                true,
                attempt);
    }

    private static CompletableFuture<Command> start(TestClient from, PopHeader header) {
        return from.start(RequestCode.POP_MESSAGE.number(), header.encode(), new byte[0]);
    }

    private int popCode(PopHeader header) {
        return client.call(RequestCode.POP_MESSAGE, header.encode()).code();
    }

    private List<String> bodies(PopHeader header) {
        return TestClient.bodies(client.call(RequestCode.POP_MESSAGE, header.encode()));
    }

    private List<Popped> popped(String group, String topic, long invisible) {
        return read(client.call(
                RequestCode.POP_MESSAGE, pop(group, topic, 32, invisible).encode()));
    }

    /** Makes the handles as clients do: from the positions in the answer's fields. */
    private static List<Popped> read(Command answer) {
        List<Popped> popped = new ArrayList<>();
        for (StoredMessage message : TestClient.messages(answer)) {
            int retry = message.topic().startsWith("%RETRY%") ? 1 : 0;
            @Nullable String start = null;
            for (String info : answer.fields().get("startOffsetInfo", "").split(";")) {
                if (info.startsWith(retry + " " + message.queueId() + " ")) {
                    start = info.substring(info.lastIndexOf(' ') + 1);
                }
            }
            assertThat(start).isNotNull();
            popped.add(new Popped(
                    message,
                    new PopHandle(
                            Long.parseLong(start),
                            Long.parseLong(answer.fields().get("popTime", "")),
                            Long.parseLong(answer.fields().get("invisibleTime", "")),
                            Integer.parseInt(answer.fields().get("reviveQid", "")),
                            retry,
                            "ternmq",
                            message.queueId(),
                            message.queueOffset())));
        }
        return popped;
    }

    private Command ack(String group, String topic, Popped popped) {
        return client.call(
                RequestCode.ACK_MESSAGE, header(group, topic, popped, 0).encode());
    }

    private Command change(String group, String topic, Popped popped, long invisible) {
        return client.call(
                RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
                header(group, topic, popped, invisible).encode());
    }

    private static AckHeader header(String group, String topic, Popped popped, long invisible) {
        return new AckHeader(
                group,
                topic,
                popped.message.queueId(),
                popped.handle.toString(),
                popped.message.queueOffset(),
                invisible,
                false);
    }

    private long committed(String group, String topic) throws Exception {
        return client.call(RequestCode.QUERY_CONSUMER_OFFSET, new QueryOffsetHeader(group, topic, 0, true).encode())
                .fields()
                .requireLong("offset");
    }

    private String polling(String group, String topic) {
        Fields fields = Fields.builder()
                .put("consumerGroup", group)
                .put("topic", topic)
                .put("queueId", -1)
                .build();
        return client.call(RequestCode.POLLING_INFO, fields).fields().get("pollingNum", "");
    }
}
