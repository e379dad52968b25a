package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The simplest follower: a list of all records. It shows that any follower can rely on what the store promises to them. */
final class LedgerFollower implements LogFollower {
    private final SnapshotFile file;
    private final NavigableMap<Long, String> records = new TreeMap<>();
    private long start;
    private long savedUpTo;
    private long last = -1;

    /** Reads what was saved. */
    LedgerFollower(Files files, Path directory) throws IOException {
        file = new SnapshotFile(files, directory.resolve("ledger"));
        file.load()
                .map(content -> new String(content, StandardCharsets.UTF_8))
                .ifPresent(text -> text.lines().forEach(line -> {
                    if (line.startsWith("start ")) {
                        start = Long.parseLong(line.substring(6));
                    } else if (line.startsWith("saved ")) {
                        savedUpTo = Long.parseLong(line.substring(6));
                    } else {
                        int space = line.indexOf(' ');
                        records.put(Long.parseLong(line.substring(0, space)), line.substring(space + 1));
                    }
                }));
    }

    @Override
    public void follow(CommittedRecord record) {
        assertThat(record.logOffset())
                .as("records are followed in the log's order")
                .isGreaterThan(last);
        last = record.logOffset();
        records.put(last, line(record.topic(), record.queueId(), record.queueOffset(), record.size()));
    }

    @Override
    public void save(long position) throws IOException {
        StringBuilder text = new StringBuilder("start " + start + "\nsaved " + position + "\n");
        records.headMap(position)
                .forEach((offset, line) ->
                        text.append(offset).append(' ').append(line).append('\n'));
        file.save(text.toString().getBytes(StandardCharsets.UTF_8));
        savedUpTo = position;
    }

    @Override
    public long savedUpTo() {
        return savedUpTo;
    }

    @Override
    public void expire(long logStart) {
        start = logStart;
        records.headMap(logStart).clear();
    }

    /** Nothing else than the log has been seen, and all of it. */
    void agreesWith(Map<Long, ByteBuffer> log) {
        NavigableMap<Long, String> expected = new TreeMap<>();
        log.forEach((offset, record) -> {
            byte[] topic = new byte[Records.topicLength(record)];
            record.get(Records.topicAt(record), topic);
            expected.put(
                    offset,
                    line(
                            new String(topic, StandardCharsets.UTF_8),
                            Records.queueId(record),
                            Records.queueOffset(record),
                            Records.size(record)));
        });
        long logStart = expected.isEmpty() ? Long.MAX_VALUE : expected.firstKey();
        assertThat(records.tailMap(Math.max(start, logStart)))
                .as("follower agrees with the log")
                .isEqualTo(expected.tailMap(start));
    }

    private static String line(String topic, int queueId, long queueOffset, int size) {
        return topic + " " + queueId + " " + queueOffset + " " + size;
    }
}
