package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.transaction.EndCallback;
import io.ternmq.broker.transaction.HalfMessages;
import io.ternmq.broker.transaction.PendingHalves;
import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.broker.transaction.Transactions;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.PendingHalfMessage;
import io.ternmq.protocol.body.PendingHalfMessages;
import io.ternmq.protocol.header.EndTransactionHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One story of transactional messages on a bad disk, told by a seed: half messages, commits and rollbacks, often repeated and
 * contradictory, while writes and forces fail, the log is cut at its old end, and the power goes or the process is killed. A
 * consumer reads on through all of it. With synchronous flush and power cuts, or asynchronous flush and killed processes,
 * it must see each committed message once and no other, and what has not ended must wait. With asynchronous flush and power cuts the
 * end of the log may be gone; then what waits must be what the rest of the log says.
 */
final class TransactionSimulation {
    private static final Path DIRECTORY = Path.of("/data");
    private static final String TOPIC = "orders";

    private final Random chance;
    private final boolean sync;
    /** The power may go. */
    private final boolean cuts;
    /** No acknowledged record is ever lost. */
    private final boolean exact;

    private final SimulatedDisk disk = new SimulatedDisk(32 << 20);
    private final StoreConfig config;
    private final Map<String, Attempt> attempts = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    private long now = 1_000_000;
    private long consumed;
    private HandCrank crank = new HandCrank();
    private Parts parts;

    private record Parts(MessageStore store, HalfMessages halves, Transactions transactions) {}

    TransactionSimulation(long seed) throws IOException {
        this.chance = new Random(seed);
        // Not left to chance, whose first answers are alike for small seeds.
        this.sync = seed % 3 == 0;
        this.cuts = seed % 3 != 1;
        this.exact = sync || !cuts;
        this.config = new StoreConfig(
                DIRECTORY,
                sync ? FlushMode.SYNC : FlushMode.ASYNC,
                64 * 1024,
                Duration.ofDays(365),
                chance.nextBoolean() ? 0 : 200_000,
                99,
                Duration.ofMillis(200),
                4 << 20);
        this.parts = open();
    }

    void run() throws IOException {
        int lives = 2 + chance.nextInt(4);
        for (int life = 0; life < lives; life++) {
            live();
            end();
            parts = openThroughCrashes();
            verify();
        }
        if (exact) {
            commitTheRest();
        }
        parts.store().close();
    }

    /** What happened, a line each. */
    String story() {
        return String.join("\n", story);
    }

    private Parts openThroughCrashes() throws IOException {
        while (cuts && chance.nextInt(3) == 0) {
            disk.losePowerAfter(chance.nextInt(20));
            story.add("power will go");
            try {
                open();
            } catch (IOException e) {
                assertThat(disk.isWithoutPower())
                        .as("opening failed by itself: %s", e)
                        .isTrue();
            }
            disk.losePower(chance);
        }
        disk.losePowerAfter(Long.MAX_VALUE);
        return open();
    }

    private Parts open() throws IOException {
        crank = new HandCrank();
        story.add("open " + config.flush());
        HalfMessages halves = HalfMessages.open(disk, DIRECTORY.resolve("transactions"), TransactionConfig.defaults());
        MessageStore store = MessageStore.open(
                config, disk, () -> now, (topic, queueId, next, tagsCode, time) -> {}, List.of(halves), crank);
        return new Parts(store, halves, new Transactions(halves, store, store::append));
    }

    private void live() {
        if (cuts && chance.nextInt(2) == 0) {
            disk.losePowerAfter(chance.nextInt(150));
        }
        int steps = 10 + chance.nextInt(80);
        for (int i = 0; i < steps && !disk.isWithoutPower(); i++) {
            step();
            now += chance.nextInt(50);
            if (exact && !disk.isWithoutPower()) {
                consume();
            }
        }
    }

    private void step() {
        switch (chance.nextInt(24)) {
            case 0, 1, 2, 3 -> {
                story.add("flush");
                crank.flush();
            }
            case 4, 5 -> {
                story.add("keep house");
                now += chance.nextInt(3) * 20_000L;
                crank.keepHouse();
            }
            case 6 -> {
                story.add("next write fails");
                disk.failWrites(1);
            }
            case 7 -> {
                story.add("next force fails");
                disk.failForces(1);
            }
            case 8, 9, 10 -> fill();
            case 11, 12, 13, 14, 15 -> send();
            default -> endOne();
        }
    }

    /** An ordinary message, so that the log grows. */
    private void fill() {
        StoreFixture.append(parts.store(), StoreFixture.message("filler", 0, new byte[chance.nextInt(20_000)], ""));
    }

    private void send() {
        Attempt attempt = new Attempt("h" + attempts.size());
        attempts.put(attempt.id, attempt);
        NewMessage message = StoreFixture.message(
                TOPIC,
                0,
                attempt.id.getBytes(StandardCharsets.US_ASCII),
                "UNIQ_KEY\u0001" + attempt.id + "\u0002PAD\u0001" + "x".repeat(chance.nextInt(2000)) + "\u0002");
        try {
            parts.store().append(parts.transactions().half(message, "pg"), attempt.receipt);
        } catch (CommandException e) {
            throw new AssertionError(e);
        }
        story.add("send " + attempt.id + ": " + attempt.receipt);
    }

    private void endOne() {
        List<Attempt> sent =
                attempts.values().stream().filter(Attempt::isStored).toList();
        if (!sent.isEmpty()) {
            end(sent.get(chance.nextInt(sent.size())), chance.nextInt(3) > 0);
        }
    }

    private void end(Attempt attempt, boolean commit) {
        int outcome = commit ? EndTransactionHeader.COMMIT : EndTransactionHeader.ROLLBACK;
        attempt.commitAsked |= commit;
        attempt.rollbackAsked |= !commit;
        parts.transactions()
                .end(
                        new EndTransactionHeader(
                                TOPIC, "pg", attempt.queueOffset(), attempt.logOffset(), outcome, false, null, null),
                        new EndCallback() {
                            @Override
                            public void ended() {
                                story.add(attempt.id + " has ended: commit=" + commit);
                                attempt.commitAcked |= commit;
                                attempt.rollbackAcked |= !commit;
                            }

                            @Override
                            public void refused(ResponseCode code, String reason) {
                                story.add(attempt.id + " is refused: commit=" + commit + ", " + reason);
                                attempt.toldOtherwise |= code == ResponseCode.ILLEGAL_OPERATION;
                            }
                        });
    }

    private void consume() {
        ReadResult result = parts.store().read(TOPIC, 0, consumed, 32, 1 << 20, MessageFilter.ALL);
        while (result.status() == ReadResult.Status.FOUND) {
            for (ByteBuffer record : StoreFixture.records(result)) {
                String id = StoreFixture.body(record);
                Attempt attempt = attempts.get(id);
                assertThat(attempt).as("message nobody has sent: %s", id).isNotNull();
                story.add("consumed " + id);
                attempt.deliveries++;
                assertThat(attempt.deliveries).as("%s was delivered twice", id).isEqualTo(1);
                assertThat(attempt.commitAsked)
                        .as("%s was seen before its commit", id)
                        .isTrue();
                assertThat(attempt.rollbackAcked).as("%s was rolled back", id).isFalse();
            }
            consumed = result.nextOffset();
            result = parts.store().read(TOPIC, 0, consumed, 32, 1 << 20, MessageFilter.ALL);
        }
    }

    private void end() {
        int way = disk.isWithoutPower() ? 0 : cuts ? chance.nextInt(3) : 1 + chance.nextInt(2);
        story.add("end " + way);
        if (way == 0) {
            disk.losePower(chance);
        } else if (way == 1) {
            disk.killProcess();
        } else {
            disk.failWrites(0);
            disk.failForces(0);
            parts.store().close();
        }
    }

    /** What was told is so, and what has not ended waits. */
    private void verify() {
        story.add("opened " + parts.store().totals() + ", pending="
                + parts.halves().pending());
        Map<String, PendingHalfMessage> pending = pending();
        assertThat(pending.values())
                .extracting(PendingHalfMessage::commitLogOffset)
                .containsExactlyInAnyOrderElementsOf(openByTheLog());
        if (!exact) {
            return;
        }
        consume();
        for (Attempt attempt : attempts.values()) {
            PendingHalfMessage waits = pending.remove(attempt.id);
            if (waits != null && !attempt.isStored()) {
                // Nobody was told, but it is there: then it stays.
                attempt.survivedAt = record(waits.commitLogOffset());
            }
            String what = attempt.toString();
            assertThat(attempt.commitAcked && attempt.rollbackAcked)
                    .as("told to be committed and rolled back: %s", what)
                    .isFalse();
            if (attempt.toldOtherwise) {
                assertThat(attempt.rollbackAsked && attempt.commitAsked)
                        .as("cannot have ended otherwise: %s", what)
                        .isTrue();
            }
            if (waits != null) {
                assertThat(attempt.deliveries)
                        .as("waits and delivered: %s", what)
                        .isZero();
                assertThat(attempt.commitAcked || attempt.rollbackAcked)
                        .as("waits although it has ended: %s", what)
                        .isFalse();
            } else if (attempt.deliveries == 0 && attempt.isStored()) {
                assertThat(attempt.rollbackAsked).as("is lost: %s", what).isTrue();
                assertThat(attempt.commitAcked)
                        .as("was not delivered: %s", what)
                        .isFalse();
            }
        }
        assertThat(pending).as("half messages that nobody has sent").isEmpty();
    }

    private Map<String, PendingHalfMessage> pending() {
        Map<String, PendingHalfMessage> all = new HashMap<>();
        long from = 0;
        while (from >= 0) {
            PendingHalfMessages page = new PendingHalves(parts.halves(), parts.store()).list(null, null, from, 5);
            for (PendingHalfMessage half : page.messages()) {
                assertThat(all.put(half.messageId(), half))
                        .as("%s waits twice", half.messageId())
                        .isNull();
            }
            from = page.nextOffset();
        }
        assertThat(all).hasSize(parts.halves().pending());
        return all;
    }

    /** The log offsets of the half messages that no record in the log ends. */
    private Set<Long> openByTheLog() {
        Set<Long> open = new HashSet<>();
        Set<Long> ended = new HashSet<>();
        for (StoredMessage half : all("RMQ_SYS_TRANS_HALF_TOPIC")) {
            open.add(half.commitLogOffset());
        }
        for (String topic : List.of("RMQ_SYS_TRANS_HALF_TOPIC", "RMQ_SYS_TRANS_OP_HALF_TOPIC", TOPIC)) {
            for (StoredMessage end : all(topic)) {
                long reference = end.preparedTransactionOffset();
                if (reference != 0) {
                    // 0 stands for none, so the largest number stands for 0.
                    long half = reference == Long.MAX_VALUE ? 0 : reference;
                    assertThat(ended.add(half)).as("ended twice: %d", half).isTrue();
                }
            }
        }
        open.removeAll(ended);
        return open;
    }

    private List<StoredMessage> all(String topic) {
        List<StoredMessage> all = new ArrayList<>();
        long offset = parts.store().minOffset(topic, 0);
        ReadResult result = parts.store().read(topic, 0, offset, 32, 1 << 20, MessageFilter.ALL);
        while (result.status() == ReadResult.Status.FOUND) {
            for (ByteBuffer record : StoreFixture.records(result)) {
                try {
                    all.add(StoredMessage.readFrom(record.duplicate()));
                } catch (MalformedMessageException e) {
                    throw new AssertionError(e);
                }
            }
            result = parts.store().read(topic, 0, result.nextOffset(), 32, 1 << 20, MessageFilter.ALL);
        }
        return all;
    }

    private StoredMessage record(long logOffset) {
        try {
            return StoredMessage.readFrom(
                    parts.store().recordAt(logOffset).orElseThrow().duplicate());
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    /** By the places that producers were told, wherever the half messages are by now. */
    private void commitTheRest() {
        List<Attempt> rest = pending().keySet().stream().map(attempts::get).toList();
        rest.forEach(attempt -> end(attempt, true));
        crank.flush();
        consume();
        for (Attempt attempt : rest) {
            assertThat(attempt.deliveries).as("not delivered: %s", attempt).isEqualTo(1);
        }
        assertThat(parts.halves().pending()).isZero();
    }

    /** One half message somebody tried to send, and what its producer was told. */
    private static final class Attempt {
        private final String id;
        private final StoreFixture.Receipt receipt = new StoreFixture.Receipt();
        private @Nullable StoredMessage survivedAt;
        private boolean commitAsked;
        private boolean rollbackAsked;
        private boolean commitAcked;
        private boolean rollbackAcked;
        private boolean toldOtherwise;
        private int deliveries;

        Attempt(String id) {
            this.id = id;
        }

        boolean isStored() {
            return survivedAt != null || receipt.isCommitted();
        }

        long queueOffset() {
            return survivedAt != null ? survivedAt.queueOffset() : receipt.now().queueOffset();
        }

        long logOffset() {
            return survivedAt != null
                    ? survivedAt.commitLogOffset()
                    : receipt.now().logOffset();
        }

        @Override
        public String toString() {
            return id + ": " + receipt + ", commit asked=" + commitAsked + " told=" + commitAcked + ", rollback asked="
                    + rollbackAsked + " told=" + rollbackAcked + ", deliveries=" + deliveries;
        }
    }
}
