package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.transaction.EndCallback;
import io.ternmq.broker.transaction.HalfMessages;
import io.ternmq.broker.transaction.PendingHalves;
import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.broker.transaction.Transactions;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.PendingHalfMessage;
import io.ternmq.protocol.header.EndTransactionHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Half messages that are older than the log is allowed to be. */
class OldHalfMessagesTest {
    @TempDir
    Path directory;

    private final List<String> answers = new ArrayList<>();
    private long now = 1_000_000;
    private HandCrank crank = new HandCrank();
    private MessageStore store;
    private HalfMessages halves;
    private Transactions transactions;

    @BeforeEach
    void open() throws IOException {
        crank = new HandCrank();
        halves = HalfMessages.open(Files.real(), directory.resolve("index"), TransactionConfig.defaults());
        store = MessageStore.open(
                StoreConfig.defaults(directory).withSegmentBytes(64 * 1024).withMaxTotalBytes(150_000),
                Files.real(),
                () -> now,
                (topic, queueId, next, tagsCode, time) -> {},
                List.of(halves),
                crank);
        transactions = new Transactions(halves, store, store::append);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void outliveTheirPartOfTheLogAndEndByThePlaceTheirProducerKnows(boolean restarted) throws Exception {
        AppendResult half = send("old");
        AppendResult other = send("other");
        for (int round = 0; round < 3; round++) {
            passLog();
        }
        assertThat(store.totals().minLogOffset()).isGreaterThan(other.logOffset());
        assertThat(halves.pending()).isEqualTo(2);
        if (restarted) {
            store.close();
            open();
        }
        assertThat(new PendingHalves(halves, store).list(null, null, 0, 10).messages())
                .extracting(PendingHalfMessage::messageId)
                .containsExactlyInAnyOrder("old", "other");

        end(half.logOffset(), half.queueOffset() + 1, EndTransactionHeader.COMMIT);
        assertThat(answers).hasSize(1).first().asString().contains("another queue offset");
        end(half.logOffset(), half.queueOffset(), EndTransactionHeader.COMMIT);
        end(half.logOffset(), half.queueOffset(), EndTransactionHeader.COMMIT);
        end(other.logOffset(), other.queueOffset(), EndTransactionHeader.ROLLBACK);

        assertThat(answers.subList(1, 4)).containsExactly("ended", "ended", "ended");
        assertThat(StoreFixture.bodies(store, "orders", 0, 0)).containsExactly("old");
        assertThat(halves.pending()).isZero();
    }

    @Test
    void keepTheirAgeAndTheirNextCheckWhenTheyAreMoved() throws Exception {
        send("old");
        PendingHalfMessage before = new PendingHalves(halves, store)
                .list(null, null, 0, 1)
                .messages()
                .get(0);
        now += 3_600_000;

        passLog();
        passLog();

        PendingHalfMessage after = new PendingHalves(halves, store)
                .list(null, null, 0, 1)
                .messages()
                .get(0);
        assertThat(after.commitLogOffset()).isGreaterThan(before.commitLogOffset());
        assertThat(after.storeTimestamp()).isEqualTo(before.storeTimestamp());
        assertThat(after.nextCheckTimestamp()).isEqualTo(before.nextCheckTimestamp());
        assertThat(halves.oldestStoreTimestamp()).isEqualTo(before.storeTimestamp());
    }

    @Test
    void areMovedWithoutHoldingTheHouseUp() throws Exception {
        AppendResult last = send("h0");
        for (int i = 1; i < 2500; i++) {
            last = send("h" + i);
        }
        long end = last.logOffset();

        passLog();
        assertThat(store.totals().minLogOffset()).isLessThan(end);
        for (int i = 0; i < 5; i++) {
            passLog();
        }

        assertThat(store.totals().minLogOffset()).isGreaterThan(end);
        assertThat(halves.pending()).isEqualTo(2500);
    }

    @Test
    void letTheLogGoOnceTheyHaveEnded() throws Exception {
        AppendResult half = send("done");
        end(half.logOffset(), half.queueOffset(), EndTransactionHeader.ROLLBACK);

        passLog();

        assertThat(store.totals().minLogOffset()).isGreaterThan(half.logOffset());
        assertThat(store.maxOffset("RMQ_SYS_TRANS_HALF_TOPIC", 0)).isEqualTo(1);
    }

    private AppendResult send(String id) throws Exception {
        StoreFixture.Receipt receipt = new StoreFixture.Receipt();
        store.append(
                transactions.half(
                        StoreFixture.message(
                                "orders", 0, id.getBytes(StandardCharsets.UTF_8), "UNIQ_KEY\u0001" + id + "\u0002"),
                        "pg"),
                receipt);
        return receipt.now();
    }

    /** More messages than the log may hold, and the time to delete the old ones. */
    private void passLog() {
        for (int i = 0; i < 12; i++) {
            StoreFixture.append(store, StoreFixture.message("filler", 0, new byte[15_000], ""));
        }
        for (int i = 0; i < 3; i++) {
            crank.flush();
            crank.keepHouse();
        }
    }

    private void end(long logOffset, long queueOffset, int outcome) {
        transactions.end(
                new EndTransactionHeader("orders", "pg", queueOffset, logOffset, outcome, false, null, null),
                new EndCallback() {
                    @Override
                    public void ended() {
                        answers.add("ended");
                    }

                    @Override
                    public void refused(ResponseCode code, String reason) {
                        answers.add(code + ": " + reason);
                    }
                });
    }
}
