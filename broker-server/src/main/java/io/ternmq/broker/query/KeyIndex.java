package io.ternmq.broker.query;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.index.EntryVisitor;
import io.ternmq.broker.index.IndexFigures;
import io.ternmq.broker.index.IndexSettings;
import io.ternmq.broker.index.SortedIndex;
import io.ternmq.broker.store.CommittedRecord;
import io.ternmq.broker.store.LogFollower;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which messages have a key: those of the property {@code KEYS}, which blanks separate, and the unique id {@code UNIQ_KEY}. Messages
 * are found under the topic they are stored in, so that one that is parked is found under its system topic first and under its
 * own when it is delivered.
 *
 * <p>An entry of the index has the hash of topic and key, the record's log offset, and its store time. The hash is made from the
 * text as it is, for this is on the way of every message.
 */
public final class KeyIndex implements LogFollower {
    private final SortedIndex index;
    private final AtomicLong lastOffset = new AtomicLong();
    private final AtomicLong lastTimestamp = new AtomicLong();

    private KeyIndex(SortedIndex index) {
        this.index = index;
    }

    /** Opens the index in its directory, which is made if it is missing. */
    public static KeyIndex open(Files files, Path directory) throws IOException {
        return new KeyIndex(SortedIndex.open(files, directory, IndexSettings.standard()));
    }

    @Override
    public void follow(CommittedRecord record) {
        String text = record.properties();
        long topicHash = KeyHash.ofTopic(record.topic());
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(MessageProperties.VALUE_END, start);
            if (end < 0) {
                end = text.length();
            }
            if (isNamed(text, start, PropertyNames.KEYS)) {
                addEach(record, topicHash, text, start + PropertyNames.KEYS.length() + 1, end);
            } else if (isNamed(text, start, PropertyNames.UNIQ_KEY)) {
                add(record, topicHash, text, start + PropertyNames.UNIQ_KEY.length() + 1, end);
            }
            start = end + 1;
        }
        lastOffset.setRelease(record.logOffset());
        lastTimestamp.setRelease(record.storeTimestamp());
    }

    @Override
    public long savedUpTo() {
        return index.position();
    }

    @Override
    public void save(long position) throws IOException {
        index.save(position);
    }

    @Override
    public void expire(long logStart) {
        index.dropMinorsBelow(logStart);
    }

    /** Log offset of the last record that was looked at; 0 if none was. */
    public long lastOffset() {
        return lastOffset.getAcquire();
    }

    /** Store time of the last record that was looked at, ms; 0 if none was. */
    public long lastTimestamp() {
        return lastTimestamp.getAcquire();
    }

    /** For operators. */
    public IndexFigures figures() {
        return index.figures();
    }

    /** Shows log offset (as minor) and store time (as value) of the records that may have a key, the newest first. */
    void newest(String topic, String key, EntryVisitor visitor) throws IOException {
        long hash = KeyHash.ofKey(KeyHash.ofTopic(topic), key, 0, key.length());
        index.newest(hash, 0, Long.MAX_VALUE, Integer.MAX_VALUE, visitor);
    }

    private void addEach(CommittedRecord record, long topicHash, String text, int start, int end) {
        int keyStart = start;
        for (int i = start; i <= end; i++) {
            if (i == end || text.charAt(i) == ' ') {
                add(record, topicHash, text, keyStart, i);
                keyStart = i + 1;
            }
        }
    }

    private void add(CommittedRecord record, long topicHash, String text, int start, int end) {
        if (start < end) {
            long hash = KeyHash.ofKey(topicHash, text, start, end);
            index.add(record.logOffset(), hash, record.logOffset(), record.storeTimestamp());
        }
    }

    private static boolean isNamed(String text, int start, String name) {
        int nameEnd = start + name.length();
        return nameEnd < text.length()
                && text.charAt(nameEnd) == MessageProperties.NAME_END
                && text.startsWith(name, start);
    }
}
