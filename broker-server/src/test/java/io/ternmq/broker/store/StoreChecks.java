package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.query.KeyQuery;
import io.ternmq.broker.query.MessageSearch;
import io.ternmq.broker.store.StoreModel.Attempt;
import io.ternmq.broker.store.StoreModel.Fate;
import io.ternmq.broker.store.StoreModel.Place;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** Compares what a store shows with the model, and what it derives from its log with that log. */
final class StoreChecks {
    private final StoreModel model;
    private final Files files;
    private final Path logDirectory;

    StoreChecks(StoreModel model, Files files, Path logDirectory) {
        this.model = model;
        this.files = files;
        this.logDirectory = logDirectory;
    }

    /** While it runs: all that is acknowledged can be read, and nothing else. */
    void whileItRuns(MessageStore store) {
        long logStart = store.totals().minLogOffset();
        Map<Place, Contents> contents = contents(store);
        for (Place place : Place.all()) {
            assertThat(contents.get(place).bodies)
                    .as("contents of %s", place)
                    .isEqualTo(model.visibleAt(place, logStart).stream()
                            .map(attempt -> attempt.body)
                            .toList());
        }
    }

    /**
     * After it was opened: what was promised is there; what is there was once appended, whole, once, in order, at its place. What is
     * found is promised from now on.
     *
     * @param wasPromised whether what was acknowledged with this log end had to survive
     * @param mayExpire whether a message with this store time may have been deleted
     */
    void afterOpening(MessageStore store, LongPredicate wasPromised, LongPredicate mayExpire) throws IOException {
        long logStart = store.totals().minLogOffset();
        long logEnd = store.totals().maxLogOffset();
        Map<String, ByteBuffer> found = new HashMap<>();
        Map<String, Integer> firstWithoutEffect = new HashMap<>();
        contents(store).forEach((place, contents) -> {
            for (ByteBuffer record : contents.records) {
                Attempt attempt = model.of(body(record));
                assertThat(attempt.place).as("place of %s", attempt).isEqualTo(place);
                assertThat(found.put(attempt.body, record))
                        .as("message is there twice: %s", attempt)
                        .isNull();
                assertThat(attempt.fate)
                        .as("deleted or lost message is back: %s", attempt)
                        .isNotIn(Fate.DELETED, Fate.LOST);
                if (attempt.fate == Fate.MAYBE_DELETED) {
                    firstWithoutEffect.merge(place.topic(), attempt.deletion, Math::min);
                }
            }
        });
        for (Attempt attempt : model.attempts()) {
            if (attempt.isCommitted()) {
                boolean isThere = found.containsKey(attempt.body);
                boolean isKept = attempt.logOffset() >= logStart;
                boolean isReached = attempt.logEnd() <= logEnd;
                if (attempt.fate == Fate.LIVES) {
                    assertThat(isKept || mayExpire.test(attempt.storeTimestamp()))
                            .as("message was deleted before its time: %s, logStart=%d", attempt, logStart)
                            .isTrue();
                    assertThat(isReached || !wasPromised.test(attempt.logEnd()))
                            .as("acknowledged message is lost: %s, logEnd=%d", attempt, logEnd)
                            .isTrue();
                    assertThat(isThere)
                            .as("log has a hole: %s, logStart=%d, logEnd=%d", attempt, logStart, logEnd)
                            .isEqualTo(isKept && isReached);
                    assertThat(store.maxOffset(attempt.place.topic(), attempt.place.queueId()))
                            .as("end of the queue of %s", attempt)
                            .isGreaterThan(isReached ? attempt.queueOffset() : -1);
                }
                if (attempt.fate == Fate.MAYBE_DELETED && isKept && wasPromised.test(attempt.logEnd())) {
                    assertThat(isThere)
                            .as("topic is deleted in part: %s", attempt)
                            .isEqualTo(attempt.deletion
                                    >= firstWithoutEffect.getOrDefault(attempt.place.topic(), Integer.MAX_VALUE));
                }
                if (isThere) {
                    assertThat(Records.queueOffset(found.get(attempt.body)))
                            .as("message moved: %s", attempt)
                            .isEqualTo(attempt.queueOffset());
                }
            }
        }
        indexAgreesWithLog(store, found);
        settle(found, logStart);
    }

    private void settle(Map<String, ByteBuffer> found, long logStart) {
        for (Attempt attempt : model.attempts()) {
            ByteBuffer record = found.get(attempt.body);
            if (record != null) {
                attempt.survived(record);
            } else if (attempt.fate == Fate.MAYBE_DELETED && attempt.isCommitted() && attempt.logOffset() < logStart) {
                attempt.fate = Fate.FORGOTTEN;
            } else if (attempt.fate == Fate.MAYBE_DELETED) {
                attempt.fate = Fate.DELETED;
            } else if (attempt.fate == Fate.LIVES && (!attempt.isCommitted() || attempt.logOffset() >= logStart)) {
                attempt.fate = Fate.LOST;
            }
        }
    }

    /** Each record of the log is in its queue, but for those of deleted topics; and a queue has nothing else. */
    private void indexAgreesWithLog(MessageStore store, Map<String, ByteBuffer> found) throws IOException {
        int[] records = {0};
        log(store).forEach((logOffset, record) -> {
            ByteBuffer indexed = found.get(body(record));
            if (indexed == null) {
                assertThat(model.of(body(record)).fate)
                        .as("record of the log is not in its queue: logOffset=%d", logOffset)
                        .isIn(Fate.DELETED, Fate.MAYBE_DELETED, Fate.FORGOTTEN);
            } else {
                assertThat(indexed).as("record at %d", logOffset).isEqualTo(record);
                records[0]++;
            }
        });
        assertThat(records[0]).as("messages that are not in the log").isEqualTo(found.size());
    }

    /** The records of the log by log offset, read from its files and not through the store. */
    Map<Long, ByteBuffer> log(MessageStore store) throws IOException {
        Map<Long, ByteBuffer> records = new TreeMap<>();
        long end = store.totals().maxLogOffset();
        long position = store.totals().minLogOffset();
        List<Path> paths = files.list(logDirectory);
        for (int i = 0; i < paths.size(); i++) {
            long base = base(paths.get(i));
            if (base != position) {
                continue;
            }
            // A file may hold rests behind the base of the next.
            long limit = i + 1 < paths.size() ? Math.min(end, base(paths.get(i + 1))) : end;
            try (DataFile file = files.open(paths.get(i))) {
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(file.size(), limit - base));
                file.read(0, bytes);
                bytes.flip();
                while (position < limit && bytes.limit() - (position - base) > 4) {
                    int at = (int) (position - base);
                    int size = bytes.getInt(at);
                    if (size == 0) {
                        break;
                    }
                    records.put(position, bytes.slice(at, size));
                    position += Records.footprint(size);
                }
            }
        }
        assertThat(position).as("the log's files hold all of it").isEqualTo(end);
        return records;
    }

    /** Each message is found by its unique id, and all of a topic that have a key are found by that. */
    void keysFindWhatIsThere(MessageSearch search, MessageStore store) throws IOException {
        Map<String, List<ByteBuffer>> withKey = new TreeMap<>();
        for (Contents contents : contents(store).values()) {
            for (ByteBuffer record : contents.records) {
                StoredMessage message = parse(record);
                Map<String, String> properties = MessageProperties.decode(message.properties());
                assertThat(search.find(
                                new KeyQuery(message.topic(), properties.get("UNIQ_KEY"), true, 64, 0, Long.MAX_VALUE)))
                        .as("by its unique id: %s", model.of(body(record)))
                        .containsExactly(record);
                if (properties.containsKey("KEYS")) {
                    String key = properties
                            .get("KEYS")
                            .substring(0, properties.get("KEYS").indexOf(' '));
                    withKey.computeIfAbsent(message.topic() + "#" + key, absent -> new ArrayList<>())
                            .add(record);
                }
            }
        }
        for (Map.Entry<String, List<ByteBuffer>> entry : withKey.entrySet()) {
            String[] place = entry.getKey().split("#", -1);
            assertThat(search.find(new KeyQuery(place[0], place[1], false, 1_000, 0, Long.MAX_VALUE)))
                    .as("by key: %s", entry.getKey())
                    .containsAll(entry.getValue());
        }
    }

    private static long base(Path segment) {
        return Long.parseLong(String.valueOf(segment.getFileName()));
    }

    /** All queues; checks on the way that index and records agree. */
    Map<Place, Contents> contents(MessageStore store) {
        Map<Place, Contents> all = new HashMap<>();
        for (Place place : Place.all()) {
            long min = store.minOffset(place.topic(), place.queueId());
            Contents contents = new Contents(min, new ArrayList<>(), new ArrayList<>());
            long offset = min;
            long previous = -1;
            ReadResult result = store.read(place.topic(), place.queueId(), offset, 7, 1 << 20, MessageFilter.ALL);
            while (result.status() == ReadResult.Status.FOUND) {
                for (ByteBuffer record : StoreFixture.records(result)) {
                    StoredMessage message = parse(record);
                    assertThat(message.topic()).isEqualTo(place.topic());
                    assertThat(message.queueId()).isEqualTo(place.queueId());
                    assertThat(message.queueOffset()).isEqualTo(min + contents.bodies.size());
                    assertThat(message.commitLogOffset()).isGreaterThan(previous);
                    previous = message.commitLogOffset();
                    assertThat(store.recordAt(previous)).contains(record);
                    String body = body(record);
                    assertThat(message.properties())
                            .as("properties of %s", model.of(body))
                            .isEqualTo(model.of(body).properties);
                    contents.bodies.add(body);
                    contents.records.add(record);
                }
                offset = result.nextOffset();
                result = store.read(place.topic(), place.queueId(), offset, 7, 1 << 20, MessageFilter.ALL);
            }
            assertThat(store.maxOffset(place.topic(), place.queueId()))
                    .as("end of %s", place)
                    .isEqualTo(min + contents.bodies.size());
            all.put(place, contents);
        }
        return all;
    }

    private static StoredMessage parse(ByteBuffer record) {
        try {
            return StoredMessage.readFrom(record.duplicate());
        } catch (MalformedMessageException e) {
            throw new AssertionError("record is damaged", e);
        }
    }

    private static String body(ByteBuffer record) {
        return new String(parse(record).body(), StandardCharsets.US_ASCII);
    }

    /** What a queue holds, from its first offset on. */
    record Contents(long min, List<String> bodies, List<ByteBuffer> records) {}
}
