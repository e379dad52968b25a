package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.log.Records;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One story of a store on a bad disk, told by a seed: appends, flushes, checkpoints, deletions of topics, failing writes and
 * forces, a full disk; then the power goes, or the process is killed, or the store is closed; then it is opened again and must hold
 * what it promised.
 */
final class StoreSimulation {
    private static final Path DIRECTORY = Path.of("/data");
    private static final String[] TOPICS = {"orders", "payments", "t"};
    private static final int QUEUES = 2;

    private final Random chance;
    private final SimulatedDisk disk = new SimulatedDisk(16 << 20);
    private final StoreConfig config;
    private final Map<String, Attempt> attempts = new HashMap<>();
    private long now = 1_000_000;
    private HandCrank crank = new HandCrank();
    private long durableBefore;
    private final List<String> story = new ArrayList<>();

    StoreSimulation(long seed) {
        this.chance = new Random(seed);
        this.config = StoreConfig.defaults(DIRECTORY)
                .withFlush(chance.nextBoolean() ? FlushMode.SYNC : FlushMode.ASYNC)
                .withSegmentBytes(64 * 1024)
                .withRetention(Duration.ofDays(365))
                .withDiskSharePercent(99);
    }

    void run() throws IOException {
        int lives = 2 + chance.nextInt(3);
        for (int life = 0; life < lives; life++) {
            MessageStore store = openThroughCrashes();
            verify(store);
            if (chance.nextInt(3) == 0) {
                store = restartChangesNothing(store);
            }
            live(store);
            end(store);
        }
        MessageStore store = openThroughCrashes();
        verify(store);
        store = restartChangesNothing(store);
        store.verify((file, position, logOffset, bytes) -> {
            throw new AssertionError("damaged: file=" + file + ", position=" + position);
        });
        store.close();
    }

    /** What happened, a line each. */
    String story() {
        return String.join("\n", story);
    }

    /** Opens; sometimes the power goes again while the store recovers. */
    private MessageStore openThroughCrashes() throws IOException {
        while (chance.nextInt(3) == 0) {
            disk.losePowerAfter(chance.nextInt(12));
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

    private MessageStore open() throws IOException {
        crank = new HandCrank();
        story.add("open " + config.flush());
        return MessageStore.open(
                config, disk, () -> now, (topic, queueId, next, tagsCode, time) -> {}, List.of(), crank);
    }

    private MessageStore restartChangesNothing(MessageStore store) throws IOException {
        Map<String, List<String>> before = contents(store);
        long end = store.totals().maxLogOffset();
        if (chance.nextBoolean()) {
            store.close();
        } else {
            disk.killProcess();
        }
        MessageStore again = open();
        assertThat(contents(again)).isEqualTo(before);
        assertThat(again.totals().maxLogOffset()).isEqualTo(end);
        return again;
    }

    private void live(MessageStore store) {
        if (chance.nextInt(2) == 0) {
            disk.losePowerAfter(chance.nextInt(120));
        }
        int steps = 10 + chance.nextInt(60);
        for (int i = 0; i < steps && !disk.isWithoutPower(); i++) {
            step(store);
            now += chance.nextInt(50);
        }
    }

    private void step(MessageStore store) {
        switch (chance.nextInt(24)) {
            case 0, 1, 2 -> {
                story.add("flush");
                crank.flush();
            }
            case 3 -> {
                story.add("keep house");
                now += chance.nextInt(3) * 20_000L;
                crank.keepHouse();
            }
            case 4 -> {
                story.add("next write fails");
                disk.failWrites(1);
            }
            case 5 -> {
                story.add("next force fails");
                disk.failForces(1);
            }
            case 6 -> {
                boolean over = chance.nextBoolean();
                story.add("over quota: " + over);
                disk.setOverQuota(over);
            }
            case 7 -> deleteTopic(store);
            case 8, 9 -> readsWhatIsAcknowledged(store);
            case 10, 11, 12 -> appendBatch(store, 2 + chance.nextInt(4));
            default -> appendBatch(store, 1);
        }
    }

    private void appendBatch(MessageStore store, int count) {
        String topic = TOPICS[chance.nextInt(TOPICS.length)];
        int queueId = chance.nextInt(QUEUES);
        Batch batch = new Batch();
        List<NewMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int padding = chance.nextInt(10) == 0 ? chance.nextInt(30_000) : chance.nextInt(200);
            String body = "m" + attempts.size() + ":" + "x".repeat(padding);
            Attempt attempt = new Attempt(topic, queueId, body, properties(), batch, i);
            attempts.put(body, attempt);
            messages.add(
                    StoreFixture.message(topic, queueId, body.getBytes(StandardCharsets.US_ASCII), attempt.properties));
        }
        store.append(messages, batch.receipt);
        story.add("append " + topic + "/" + queueId + " up to m" + (attempts.size() - 1) + ": " + batch.receipt);
    }

    private String properties() {
        if (chance.nextInt(3) == 0) {
            return "";
        }
        return "TAGS\u0001tag" + chance.nextInt(3) + "\u0002KEYS\u0001" + "k".repeat(chance.nextInt(500)) + "\u0002";
    }

    private void deleteTopic(MessageStore store) {
        String topic = TOPICS[chance.nextInt(TOPICS.length)];
        Fate fate = Fate.DELETED;
        try {
            store.deleteTopic(topic);
        } catch (IOException e) {
            fate = Fate.MAYBE_DELETED;
        }
        story.add("delete " + topic + " at " + store.totals().maxLogOffset() + ": " + fate);
        for (Attempt attempt : attempts.values()) {
            if (attempt.topic.equals(topic) && attempt.fate != Fate.LOST && attempt.fate != Fate.DELETED) {
                attempt.fate = fate;
            }
        }
    }

    private void readsWhatIsAcknowledged(MessageStore store) {
        if (disk.isWithoutPower() || attempts.values().stream().anyMatch(a -> a.fate == Fate.MAYBE_DELETED)) {
            return;
        }
        Map<String, List<String>> expected = new TreeMap<>();
        attempts.values().stream()
                .filter(attempt -> attempt.fate == Fate.LIVES && attempt.isCommitted())
                .sorted((a, b) -> Long.compare(a.queueOffset(), b.queueOffset()))
                .forEach(attempt -> expected.computeIfAbsent(attempt.place(), place -> new ArrayList<>())
                        .add(attempt.body));
        assertThat(contents(store)).isEqualTo(expected);
    }

    private void end(MessageStore store) {
        durableBefore = store.totals().durableLogOffset();
        int way = disk.isWithoutPower() ? 0 : chance.nextInt(3);
        story.add("end " + way + " without power: " + disk.isWithoutPower() + ", durable=" + durableBefore);
        if (way == 0) {
            disk.losePower(chance);
        } else if (way == 1) {
            disk.killProcess();
            durableBefore = Long.MAX_VALUE;
        } else {
            disk.setOverQuota(false);
            disk.failWrites(0);
            disk.failForces(0);
            store.close();
            if (disk.isWithoutPower()) {
                disk.losePower(chance);
            } else {
                durableBefore = Long.MAX_VALUE;
            }
        }
        disk.setOverQuota(false);
    }

    /** What was promised is there; what is there was once appended, whole, once, in order, at its place. */
    private void verify(MessageStore store) {
        story.add("opened " + store.totals());
        Map<String, List<String>> contents = contents(store);
        Map<String, Boolean> topicIsDeleted = new HashMap<>();
        Map<String, Long> found = new HashMap<>();
        contents.forEach((place, bodies) -> {
            for (int i = 0; i < bodies.size(); i++) {
                Attempt attempt = Objects.requireNonNull(
                        attempts.get(bodies.get(i)), "message that nobody sent: " + bodies.get(i));
                assertThat(attempt.place()).isEqualTo(place);
                assertThat(found.put(attempt.body, (long) i))
                        .as("message is there twice")
                        .isNull();
                assertThat(attempt.fate)
                        .as("deleted or lost message is back: %s", attempt)
                        .isIn(Fate.LIVES, Fate.MAYBE_DELETED);
                if (attempt.fate == Fate.MAYBE_DELETED) {
                    topicIsDeleted.put(attempt.topic, false);
                }
            }
        });
        long logEnd = store.totals().maxLogOffset();
        for (Attempt attempt : attempts.values()) {
            Long offset = found.get(attempt.body);
            if (attempt.isCommitted() && attempt.fate == Fate.LIVES) {
                boolean promised = config.flush() == FlushMode.SYNC || attempt.logEnd() <= durableBefore;
                assertThat(offset != null || !promised)
                        .as("acknowledged message is lost: %s", attempt)
                        .isTrue();
                assertThat(offset != null)
                        .as("log has a hole: %s, logEnd=%d", attempt, logEnd)
                        .isEqualTo(attempt.logEnd() <= logEnd);
            }
            if (offset != null && attempt.isCommitted()) {
                assertThat(offset).as("message moved: %s", attempt).isEqualTo(attempt.queueOffset());
            }
            if (attempt.fate == Fate.MAYBE_DELETED && attempt.isCommitted() && attempt.logEnd() <= durableBefore) {
                assertThat(offset == null)
                        .as("topic is deleted in part: %s", attempt)
                        .isEqualTo(topicIsDeleted.getOrDefault(attempt.topic, true));
            }
        }
        for (Attempt attempt : attempts.values()) {
            Long offset = found.get(attempt.body);
            if (offset == null) {
                attempt.fate =
                        attempt.fate == Fate.LIVES || attempt.fate == Fate.MAYBE_DELETED ? Fate.LOST : attempt.fate;
            } else {
                attempt.survived(offset, store);
            }
        }
    }

    /** Bodies by place; checks on the way that index and records agree. */
    private Map<String, List<String>> contents(MessageStore store) {
        Map<String, List<String>> contents = new TreeMap<>();
        for (String topic : TOPICS) {
            for (int queueId = 0; queueId < QUEUES; queueId++) {
                List<String> bodies = new ArrayList<>();
                long previous = -1;
                long offset = 0;
                ReadResult result = store.read(topic, queueId, offset, 7, 1 << 20, MessageFilter.ALL);
                while (result.status() == ReadResult.Status.FOUND) {
                    for (ByteBuffer record : StoreFixture.records(result)) {
                        StoredMessage message = parse(record);
                        assertThat(message.topic()).isEqualTo(topic);
                        assertThat(message.queueId()).isEqualTo(queueId);
                        assertThat(message.queueOffset()).isEqualTo(bodies.size());
                        assertThat(message.commitLogOffset()).isGreaterThan(previous);
                        assertThat(store.recordAt(message.commitLogOffset())).contains(record);
                        previous = message.commitLogOffset();
                        String body = new String(message.body(), StandardCharsets.US_ASCII);
                        assertThat(message.properties())
                                .as("properties of %s", body)
                                .isEqualTo(Objects.requireNonNull(attempts.get(body)).properties);
                        bodies.add(body);
                    }
                    offset = result.nextOffset();
                    result = store.read(topic, queueId, offset, 7, 1 << 20, MessageFilter.ALL);
                }
                assertThat(store.maxOffset(topic, queueId)).isEqualTo(bodies.size());
                if (!bodies.isEmpty()) {
                    contents.put(topic + "/" + queueId, bodies);
                }
            }
        }
        return contents;
    }

    private static StoredMessage parse(ByteBuffer record) {
        try {
            return StoredMessage.readFrom(record.duplicate());
        } catch (MalformedMessageException e) {
            throw new AssertionError("record is damaged", e);
        }
    }

    private enum Fate {
        LIVES,
        MAYBE_DELETED,
        DELETED,
        LOST
    }

    /** The messages of one append, and what the store said. */
    private static final class Batch {
        private final StoreFixture.Receipt receipt = new StoreFixture.Receipt();
    }

    /** One message somebody tried to send. */
    private static final class Attempt {
        private final String topic;
        private final int queueId;
        private final String body;
        private final String properties;
        private final Batch batch;
        private final int index;
        private Fate fate = Fate.LIVES;
        /** Set once it outlived a crash: then it stays, acknowledged or not. */
        private @Nullable Long survivedAt;

        private long survivedLogEnd;

        Attempt(String topic, int queueId, String body, String properties, Batch batch, int index) {
            this.topic = topic;
            this.queueId = queueId;
            this.body = body;
            this.properties = properties;
            this.batch = batch;
            this.index = index;
        }

        String place() {
            return topic + "/" + queueId;
        }

        boolean isCommitted() {
            return survivedAt != null || batch.receipt.isCommitted();
        }

        long queueOffset() {
            return survivedAt != null ? survivedAt : batch.receipt.now().queueOffset() + index;
        }

        long logEnd() {
            return survivedAt != null ? survivedLogEnd : batch.receipt.now().logOffset(index + 1);
        }

        void survived(long offset, MessageStore store) {
            fate = Fate.LIVES;
            survivedAt = offset;
            ByteBuffer record = store.read(topic, queueId, offset, 1, 1, MessageFilter.ALL)
                    .slices()
                    .get(0);
            survivedLogEnd = record.getLong(28) + Records.footprint(Records.size(record));
        }

        @Override
        public String toString() {
            return body.substring(0, body.indexOf(':')) + " in " + place() + " " + fate
                    + (isCommitted() ? " offset=" + queueOffset() + " logEnd=" + logEnd() : "");
        }
    }
}
