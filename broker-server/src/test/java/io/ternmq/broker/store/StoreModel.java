package io.ternmq.broker.store;

import io.ternmq.broker.log.Records;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What somebody tried to store, what the store said about it, and what became of it: the side of the books that is not the store's. */
final class StoreModel {
    static final List<String> TOPICS = List.of("orders", "payments", "t");
    static final int QUEUES = 2;

    private final Map<String, Attempt> attempts = new HashMap<>();
    private int deletions;

    /** Notes a message that is about to be appended with others of its receipt. */
    Attempt attempt(Place place, int padding, String properties, StoreFixture.Receipt receipt, int index) {
        Attempt attempt =
                new Attempt(place, "m" + attempts.size() + ":" + "x".repeat(padding), properties, receipt, index);
        attempts.put(attempt.body, attempt);
        return attempt;
    }

    /** The attempt that had this body. */
    Attempt of(String body) {
        return Objects.requireNonNull(attempts.get(body), () -> "message that nobody sent: " + body);
    }

    Collection<Attempt> attempts() {
        return attempts.values();
    }

    int size() {
        return attempts.size();
    }

    /** A topic was deleted, or may have been if that failed. */
    void deleted(String topic, boolean certainly) {
        deletions++;
        for (Attempt attempt : attempts.values()) {
            if (attempt.place.topic.equals(topic) && attempt.fate != Fate.LOST && attempt.fate != Fate.DELETED) {
                if (certainly || attempt.fate == Fate.LIVES) {
                    attempt.fate = certainly ? Fate.DELETED : Fate.MAYBE_DELETED;
                    attempt.deletion = deletions;
                }
            }
        }
    }

    boolean isInDoubt() {
        return attempts.values().stream().anyMatch(attempt -> attempt.fate == Fate.MAYBE_DELETED);
    }

    /** The messages that must be found at a place while the store runs. */
    List<Attempt> visibleAt(Place place, long logStart) {
        return attempts.values().stream()
                .filter(attempt -> attempt.place.equals(place))
                .filter(attempt -> attempt.fate == Fate.LIVES && attempt.isCommitted())
                .filter(attempt -> attempt.logOffset() >= logStart)
                .sorted((a, b) -> Long.compare(a.queueOffset(), b.queueOffset()))
                .toList();
    }

    /** A queue. */
    record Place(String topic, int queueId) {
        static List<Place> all() {
            List<Place> all = new ArrayList<>();
            for (String topic : TOPICS) {
                for (int queueId = 0; queueId < QUEUES; queueId++) {
                    all.add(new Place(topic, queueId));
                }
            }
            return all;
        }
    }

    /** What became of a message. */
    enum Fate {
        /** It is there, or will be if it is acknowledged; unless it is too old. */
        LIVES,
        /**
         * Its topic's deletion failed: any outcome will do, but one for all that it was about. Of several that failed one after the other,
         * none may hold, or one, and that is about all that the earlier ones were about.
         */
        MAYBE_DELETED,
        DELETED,
        /** It was not there after a crash, and must never come back. */
        LOST,
        /** It was too old to tell whether its topic's deletion had an effect. */
        FORGOTTEN
    }

    /** One message somebody tried to store. */
    static final class Attempt {
        final Place place;
        final String body;
        final String properties;
        private final StoreFixture.Receipt receipt;
        private final int index;
        Fate fate = Fate.LIVES;
        /** Number of the first deletion that was about it; 0 if there was none. */
        int deletion;
        /** Set once it outlived a crash: then it stays, acknowledged or not. */
        private @Nullable ByteBuffer survivor;

        private Attempt(Place place, String body, String properties, StoreFixture.Receipt receipt, int index) {
            this.place = place;
            this.body = body;
            this.properties = properties;
            this.receipt = receipt;
            this.index = index;
        }

        NewMessage message() {
            return StoreFixture.message(
                    place.topic, place.queueId, body.getBytes(StandardCharsets.US_ASCII), properties);
        }

        boolean isCommitted() {
            return survivor != null || receipt.isCommitted();
        }

        long queueOffset() {
            return survivor != null
                    ? Records.queueOffset(survivor)
                    : receipt.now().queueOffset() + index;
        }

        long logOffset() {
            return survivor != null ? survivor.getLong(28) : receipt.now().logOffset(index);
        }

        /** Behind the last byte that has to be on disk for the message to be. */
        long logEnd() {
            return survivor != null
                    ? logOffset() + Records.footprint(Records.size(survivor))
                    : receipt.now().logOffset(index + 1);
        }

        long storeTimestamp() {
            return survivor != null
                    ? Records.storeTimestamp(survivor)
                    : receipt.now().storeTimestamp();
        }

        void survived(ByteBuffer record) {
            fate = Fate.LIVES;
            survivor = ByteBuffer.allocate(record.remaining())
                    .put(record.duplicate())
                    .flip();
        }

        @Override
        public String toString() {
            return body.substring(0, body.indexOf(':')) + " in " + place + " " + fate
                    + (isCommitted()
                            ? " offset=" + queueOffset() + " logOffset=" + logOffset() + " logEnd=" + logEnd()
                            : "");
        }
    }
}
