package io.ternmq.broker.query;

import io.ternmq.broker.log.Records;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds messages by key. Safe for any thread; blocks as the disk does. */
public final class MessageSearch {
    /** What an answer may hold, unless a single message is larger. */
    private static final int MAX_BYTES = 4 << 20;

    private final KeyIndex index;
    private final MessageStore store;

    /** Over an index of the store's log. */
    public MessageSearch(KeyIndex index, MessageStore store) {
        this.index = index;
        this.store = store;
    }

    /**
     * The records that a query means, in the order of the log: the newest, so many as asked for and as go into 4 MiB.
     *
     * @throws IOException if the index cannot be read
     */
    public List<ByteBuffer> find(KeyQuery query) throws IOException {
        Found found = new Found(query);
        if (query.limit() > 0 && query.begin() <= query.end()) {
            index.newest(query.topic(), query.key(), found::takes);
        }
        Collections.reverse(found.records);
        return found.records;
    }

    private final class Found {
        private final KeyQuery query;
        private final List<ByteBuffer> records = new ArrayList<>();
        private int bytes;

        Found(KeyQuery query) {
            this.query = query;
        }

        /** Store times never go back in the log, so the first that is too early ends the search. */
        boolean takes(long hash, long logOffset, long storeTimestamp) {
            if (storeTimestamp > query.end()) {
                return true;
            }
            if (storeTimestamp < query.begin()) {
                return false;
            }
            Optional<ByteBuffer> record =
                    store.isDeleted(query.topic(), logOffset) ? Optional.empty() : store.recordAt(logOffset);
            if (record.isPresent() && isMeant(record.get())) {
                bytes += Records.size(record.get());
                if (bytes > MAX_BYTES && !records.isEmpty()) {
                    return false;
                }
                records.add(record.get());
            }
            return records.size() < query.limit();
        }

        private boolean isMeant(ByteBuffer record) {
            if (!text(record, Records.topicAt(record), Records.topicLength(record))
                    .equals(query.topic())) {
                return false;
            }
            int propertiesAt = Records.propertiesAt(record);
            String properties = text(record, propertiesAt, record.limit() - propertiesAt);
            if (query.unique()) {
                return query.key().equals(MessageProperties.get(properties, PropertyNames.UNIQ_KEY));
            }
            return hasKey(MessageProperties.get(properties, PropertyNames.KEYS), query.key());
        }
    }

    private static boolean hasKey(@Nullable String keys, String key) {
        if (keys == null) {
            return false;
        }
        int at = keys.indexOf(key);
        while (at >= 0) {
            int end = at + key.length();
            boolean starts = at == 0 || keys.charAt(at - 1) == ' ';
            if (starts && (end == keys.length() || keys.charAt(end) == ' ')) {
                return true;
            }
            at = keys.indexOf(key, at + 1);
        }
        return false;
    }

    private static String text(ByteBuffer record, int at, int length) {
        byte[] bytes = new byte[length];
        record.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
