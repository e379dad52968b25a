package io.ternmq.broker.store;

import static io.ternmq.broker.store.StoreFixture.append;
import static io.ternmq.broker.store.StoreFixture.bodies;
import static io.ternmq.broker.store.StoreFixture.message;
import static io.ternmq.broker.store.StoreFixture.tagged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.DirectoryInUseException;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.store.ReadResult.Status;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageStoreTest {
    private static final ArrivalListener NOBODY = (topic, queueId, next, tagsCode, time) -> {};

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(FlushMode.class)
    void readsBackWhatWasAppended(FlushMode mode) throws Exception {
        try (MessageStore store = open(mode)) {
            AppendResult first = append(store, message("orders", 0, "a")).result();
            AppendResult second = append(store, message("orders", 0, "b")).result();

            assertThat(first.queueOffset()).isZero();
            assertThat(second.queueOffset()).isEqualTo(1);
            assertThat(bodies(store, "orders", 0, 0)).containsExactly("a", "b");
            assertThat(store.maxOffset("orders", 0)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(FlushMode.class)
    void keepsMessagesAndOffsetsThroughARestart(FlushMode mode) throws Exception {
        try (MessageStore store = open(mode)) {
            append(store, message("orders", 3, "a")).result();
        }

        try (MessageStore store = open(mode)) {
            append(store, message("orders", 3, "b")).result();

            assertThat(bodies(store, "orders", 3, 0)).containsExactly("a", "b");
            assertThat(bodies(store, "orders", 0, 0)).isEmpty();
        }
    }

    @Test
    void storesEveryFieldInTheWiresEncoding() throws Exception {
        NewMessage message = new NewMessage(
                "orders",
                2,
                42,
                1,
                1_234,
                StoreFixture.HOST,
                new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 9876),
                5,
                77,
                "TAGS\u0001pay\u0002KEYS\u0001k1 k2\u0002",
                ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3));
        try (MessageStore store = open(FlushMode.ASYNC)) {
            AppendResult result = append(store, message).result();

            StoredMessage stored =
                    StoredMessage.readFrom(store.recordAt(result.logOffset()).orElseThrow());
            assertThat(stored.topic()).isEqualTo("orders");
            assertThat(stored.queueId()).isEqualTo(2);
            assertThat(stored.flag()).isEqualTo(42);
            assertThat(stored.queueOffset()).isZero();
            assertThat(stored.commitLogOffset()).isEqualTo(result.logOffset());
            assertThat(stored.sysFlag()).isEqualTo(1 | 32);
            assertThat(stored.bornTimestamp()).isEqualTo(1_234);
            assertThat(stored.bornHost()).isEqualTo(StoreFixture.HOST);
            assertThat(stored.storeTimestamp()).isEqualTo(result.storeTimestamp());
            assertThat(stored.storeHost()).isEqualTo(message.storeHost());
            assertThat(stored.reconsumeTimes()).isEqualTo(5);
            assertThat(stored.preparedTransactionOffset()).isEqualTo(77);
            assertThat(stored.body()).containsExactly(1, 2, 3);
            assertThat(stored.properties()).isEqualTo(message.properties());
        }
    }

    @Test
    void storesLongTopicsInVersionTwoRecords() throws Exception {
        String topic = "%RETRY%" + "g".repeat(200);
        try (MessageStore store = open(FlushMode.ASYNC)) {
            append(store, tagged(topic, 0, "a", "pay"));
        }
        java.nio.file.Files.delete(directory.resolve("checkpoint"));
        java.nio.file.Files.deleteIfExists(directory.resolve("checkpoint.previous"));

        try (MessageStore store = open(FlushMode.ASYNC)) {
            ReadResult result = store.read(topic, 0, 0, 1, 1 << 20, tagsCode -> tagsCode == "pay".hashCode());
            StoredMessage stored = StoredMessage.readFrom(result.slices().get(0));
            assertThat(stored.topic()).isEqualTo(topic);
            assertThat(stored.body()).containsExactly('a');
        }
    }

    @Test
    void servesThousandsOfQueuesWithoutKeepingFilesOpen() throws Exception {
        int queues = 2_000;
        try (MessageStore store = open(FlushMode.ASYNC)) {
            for (int i = 0; i < queues; i++) {
                append(store, message("topic" + i / 100, i % 100, "m" + i));
            }
        }
        try (MessageStore store = open(FlushMode.ASYNC)) {
            assertThat(store.totals().queues()).isEqualTo(queues);
            assertThat(bodies(store, "topic19", 99, 0)).containsExactly("m1999");
        }
    }

    @Test
    void givesABatchConsecutiveOffsetsAndRecords() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            append(store, message("orders", 0, "x")).result();
            AppendResult batch = append(
                            store, message("orders", 0, "a"), message("orders", 0, "bb"), message("orders", 0, "ccc"))
                    .result();

            assertThat(batch.queueOffset()).isEqualTo(1);
            assertThat(batch.count()).isEqualTo(3);
            assertThat(store.recordAt(batch.logOffset(2)).map(StoreFixture::body))
                    .contains("ccc");
            assertThat(bodies(store, "orders", 0, 1)).containsExactly("a", "bb", "ccc");
        }
    }

    @Test
    void refusesABatchForTwoQueues() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            StoreFixture.Receipt outcome = append(store, message("orders", 0, "a"), message("orders", 1, "b"));

            assertRefused(outcome, StoreException.Kind.ILLEGAL, "otherQueueId=1");
            assertThat(store.maxOffset("orders", 0)).isZero();
        }
    }

    @Test
    void announcesArrivalsInOrderWithTagAndTime() throws Exception {
        List<String> arrivals = new ArrayList<>();
        ArrivalListener listener = (topic, queueId, next, tagsCode, time) ->
                arrivals.add(topic + "/" + queueId + " " + next + " " + tagsCode + " " + time);
        try (MessageStore store =
                MessageStore.open(config(FlushMode.ASYNC), Files.real(), () -> 500, listener, List.of())) {
            append(store, tagged("orders", 1, "a", "pay"));
            append(store, message("orders", 1, "b"));
        }

        assertThat(arrivals).containsExactly("orders/1 1 " + "pay".hashCode() + " 500", "orders/1 2 0 500");
    }

    @Test
    void answersReadsOutsideTheQueueByTheirKind() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            append(store, message("orders", 0, "a"));

            assertThat(read(store, "orders", 0, 1)).isEqualTo(Status.NO_MESSAGE_AT_END);
            assertThat(read(store, "orders", 0, 2)).isEqualTo(Status.OFFSET_TOO_LARGE);
            assertThat(read(store, "orders", 0, -1)).isEqualTo(Status.OFFSET_TOO_SMALL);
            assertThat(read(store, "orders", 1, 0)).isEqualTo(Status.NO_MESSAGE_AT_END);
            assertThat(read(store, "orders", 1, 5)).isEqualTo(Status.EMPTY_QUEUE);
            assertThat(read(store, "nothing", 0, 0)).isEqualTo(Status.NO_MESSAGE_AT_END);
        }
    }

    @Test
    void readsOnlyWhatTheFilterWants() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            for (int i = 0; i < 20; i++) {
                append(store, tagged("orders", 0, "m" + i, i % 5 == 0 ? "pay" : "ship"));
            }
            MessageFilter pay = tagsCode -> tagsCode == "pay".hashCode();

            ReadResult result = store.read("orders", 0, 1, 32, 1 << 20, pay);

            assertThat(result.count()).isEqualTo(3);
            assertThat(result.nextOffset()).isEqualTo(20);
            assertThat(StoreFixture.records(result)).map(StoreFixture::body).containsExactly("m5", "m10", "m15");
        }
    }

    @Test
    void asksTheFilterAboutTheRecordOnlyIfItWantsTo() throws Exception {
        MessageFilter second = new MessageFilter() {
            @Override
            public boolean matches(long tagsCode) {
                return true;
            }

            @Override
            public boolean examinesRecords() {
                return true;
            }

            @Override
            public boolean matches(ByteBuffer record) {
                return StoreFixture.body(record).equals("b");
            }
        };
        try (MessageStore store = open(FlushMode.ASYNC)) {
            append(store, message("orders", 0, "a"), message("orders", 0, "b"), message("orders", 0, "c"));

            ReadResult result = store.read("orders", 0, 0, 32, 1 << 20, second);

            assertThat(StoreFixture.records(result)).map(StoreFixture::body).containsExactly("b");
        }
    }

    @Test
    void examinesNoMoreThanEightHundredEntriesARead() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            for (int i = 0; i < 1_000; i++) {
                append(store, message("orders", 0, "m"));
            }

            ReadResult result = store.read("orders", 0, 0, 32, 1 << 20, tagsCode -> false);

            assertThat(result.status()).isEqualTo(Status.NO_MATCH);
            assertThat(result.nextOffset()).isEqualTo(800);
        }
    }

    @Test
    void readsAtLeastOneMessageHoweverLarge() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            append(store, message("orders", 0, "x".repeat(5_000)));
            append(store, message("orders", 0, "y"));

            ReadResult result = store.read("orders", 0, 0, 32, 100, MessageFilter.ALL);

            assertThat(result.count()).isEqualTo(1);
            assertThat(result.nextOffset()).isEqualTo(1);
        }
    }

    @Test
    void tellsWhetherAReadMayHaveToWaitForTheDisk() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            NewMessage[] many = new NewMessage[10_000];
            Arrays.fill(many, message("orders", 0, "a"));
            append(store, many).result();

            assertThat(store.isAtHand("orders", 0, 0)).isFalse();
            assertThat(store.isAtHand("orders", 0, 9_500)).isTrue();
            assertThat(store.isAtHand("orders", 0, 10_000)).isTrue();
            assertThat(store.isAtHand("unknown", 0, 0)).isTrue();
            assertThat(bodies(store, "orders", 0, 0)).hasSize(10_000);
        }
    }

    @Test
    void goesOnInAnotherSegmentWhenOneIsFull() throws Exception {
        List<String> expected = new ArrayList<>();
        try (MessageStore store = open(FlushMode.ASYNC)) {
            for (int i = 0; i < 100; i++) {
                String body = i + "-" + "x".repeat(3_000);
                expected.add(body);
                append(store, message("orders", 0, body)).result();
            }

            assertThat(store.totals().segments()).isGreaterThan(3);
            assertThat(bodies(store, "orders", 0, 0)).isEqualTo(expected);
        }
        try (MessageStore store = open(FlushMode.ASYNC)) {
            assertThat(bodies(store, "orders", 0, 0)).isEqualTo(expected);
        }
    }

    @Test
    void storesAMessageLargerThanASegment() throws Exception {
        String large = "x".repeat(200_000);
        try (MessageStore store = open(FlushMode.SYNC)) {
            append(store, message("orders", 0, "a")).result();
            append(store, message("orders", 0, large)).result();
            append(store, message("orders", 0, "b")).result();

            assertThat(bodies(store, "orders", 0, 0)).containsExactly("a", large, "b");
        }
    }

    @Test
    void refusesWhatCannotBeStored() throws Exception {
        try (MessageStore store = MessageStore.open(
                config(FlushMode.ASYNC).withMaxMessageBytes(100), Files.real(), Clock.system(), NOBODY, List.of())) {
            assertRefused(
                    append(store, message("orders", 0, "x".repeat(101))), StoreException.Kind.TOO_LARGE, "max=100");
            assertRefused(
                    append(store, message("orders", 0, "x".repeat(60)), message("orders", 0, "x".repeat(60))),
                    StoreException.Kind.TOO_LARGE,
                    "bytes=120");
            assertRefused(
                    append(store, message("orders", 0, new byte[0], "k\u0001" + "v".repeat(32_768) + "\u0002")),
                    StoreException.Kind.TOO_LARGE,
                    "max=32767");
            assertRefused(append(store, message("orders", -1, "a")), StoreException.Kind.ILLEGAL, "queueId=-1");
            assertThat(store.totals().maxLogOffset()).isZero();
        }
    }

    @Test
    void findsOffsetsByTime() throws Exception {
        long[] now = {0};
        try (MessageStore store =
                MessageStore.open(config(FlushMode.ASYNC), Files.real(), () -> now[0], NOBODY, List.of())) {
            for (long time : new long[] {100, 200, 200, 300}) {
                now[0] = time;
                append(store, message("orders", 0, "m" + time));
            }

            assertThat(byTime(store, 50, Boundary.LOWER)).isZero();
            assertThat(byTime(store, 200, Boundary.LOWER)).isEqualTo(1);
            assertThat(byTime(store, 201, Boundary.LOWER)).isEqualTo(3);
            assertThat(byTime(store, 301, Boundary.LOWER)).isEqualTo(4);
            assertThat(byTime(store, 50, Boundary.UPPER)).isZero();
            assertThat(byTime(store, 200, Boundary.UPPER)).isEqualTo(2);
            assertThat(byTime(store, 299, Boundary.UPPER)).isEqualTo(2);
            assertThat(byTime(store, 999, Boundary.UPPER)).isEqualTo(3);
            assertThat(byTime(store, Long.MAX_VALUE, Boundary.UPPER)).isEqualTo(3);
            assertThat(store.storeTime("orders", 0, 3)).hasValue(300);
            assertThat(store.storeTime("orders", 0, 4)).isEmpty();
            assertThat(store.offsetByTime("absent", 0, 200, Boundary.LOWER)).isZero();
        }
    }

    @Test
    void storeTimesNeverGoBackWhenTheClockDoes() throws Exception {
        long[] now = {1_000};
        try (MessageStore store =
                MessageStore.open(config(FlushMode.ASYNC), Files.real(), () -> now[0], NOBODY, List.of())) {
            append(store, message("orders", 0, "a"));
        }
        now[0] = 400;
        try (MessageStore store =
                MessageStore.open(config(FlushMode.ASYNC), Files.real(), () -> now[0], NOBODY, List.of())) {
            AppendResult later = append(store, message("orders", 0, "b")).result();

            assertThat(later.storeTimestamp()).isEqualTo(1_000);
        }
    }

    @Test
    void findsNoRecordWhereNoneStarts() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            long offset = append(store, message("orders", 0, "a")).result().logOffset();

            assertThat(store.recordAt(offset)).isPresent();
            assertThat(store.recordAt(offset + 1)).isEmpty();
            assertThat(store.recordAt(-1)).isEmpty();
            assertThat(store.recordAt(store.totals().maxLogOffset())).isEqualTo(Optional.empty());
            assertThat(store.recordAt(Long.MAX_VALUE)).isEmpty();
        }
    }

    @Test
    void forgetsADeletedTopicForGood() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            append(store, message("orders", 0, "old"));
            append(store, message("other", 0, "kept"));
            store.deleteTopic("orders");
            assertThat(store.maxOffset("orders", 0)).isZero();
            append(store, message("orders", 0, "new"));

            assertThat(bodies(store, "orders", 0, 0)).containsExactly("new");
        }
        try (MessageStore store = open(FlushMode.ASYNC)) {
            assertThat(bodies(store, "orders", 0, 0)).containsExactly("new");
            assertThat(bodies(store, "other", 0, 0)).containsExactly("kept");
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() throws Exception {
        try (MessageStore store = open(FlushMode.ASYNC)) {
            assertThatThrownBy(() -> open(FlushMode.ASYNC))
                    .isInstanceOf(DirectoryInUseException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("stop that broker");
            assertThat(store.totals().queues()).isZero();
        }
    }

    @Test
    void saysInOneSentenceThatTheDirectoryCannotBeUsed() throws Exception {
        Path file = directory.resolve("file");
        java.nio.file.Files.createFile(file);

        assertThatThrownBy(() -> MessageStore.open(
                        StoreConfig.defaults(file.resolve("data")), Files.real(), Clock.system(), NOBODY, List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void refusesAppendsOnceClosedAndClosesTwice() throws Exception {
        MessageStore store = open(FlushMode.SYNC);
        store.close();
        store.close();

        assertRefused(append(store, message("orders", 0, "a")), StoreException.Kind.CLOSED, directory.toString());
    }

    @Test
    void leavesNoFileLargerThanItsContentBehind() throws Exception {
        long size;
        try (MessageStore store = open(FlushMode.ASYNC)) {
            append(store, message("orders", 0, "a"));
            size = store.totals().maxLogOffset();
        }

        assertThat(directory.resolve("log/00000000000000000000")).hasSize(size);
        assertThat(directory.resolve("queues")).doesNotExist();
        assertThat(directory.resolve("queue-tails"))
                .content()
                .contains("orders")
                .hasSizeLessThan(200);
    }

    private static Status read(MessageStore store, String topic, int queueId, long offset) {
        return store.read(topic, queueId, offset, 32, 1 << 20, MessageFilter.ALL)
                .status();
    }

    private static long byTime(MessageStore store, long time, Boundary boundary) {
        return store.offsetByTime("orders", 0, time, boundary);
    }

    private static void assertRefused(StoreFixture.Receipt receipt, StoreException.Kind kind, String message) {
        assertThat(receipt.refusal().kind()).isEqualTo(kind);
        assertThat(receipt.refusal()).hasMessageContaining(message);
    }

    private MessageStore open(FlushMode mode) throws IOException {
        return MessageStore.open(config(mode), Files.real(), Clock.system(), NOBODY, List.of());
    }

    private StoreConfig config(FlushMode mode) {
        return StoreConfig.defaults(directory).withFlush(mode).withSegmentBytes(64 * 1024);
    }
}
