package io.ternmq.broker.store;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.util.List;

/** A store whose threads a test of another package turns by hand. */
public final class CrankedStore {
    private final HandCrank crank = new HandCrank();
    private final MessageStore store;

    private CrankedStore(StoreConfig config, Files files, Clock clock, List<LogFollower> followers) throws IOException {
        this.store =
                MessageStore.open(config, files, clock, (topic, queueId, next, tagsCode, time) -> {}, followers, crank);
    }

    /** Opens it. */
    public static CrankedStore open(StoreConfig config, Files files, Clock clock, List<LogFollower> followers)
            throws IOException {
        return new CrankedStore(config, files, clock, followers);
    }

    /** The store itself. */
    public MessageStore store() {
        return store;
    }

    /** Forces the log, and with that commits what waits for it. */
    public void flush() {
        crank.flush();
    }

    /** Writes a checkpoint if one is due, and deletes what is old. */
    public void keepHouse() {
        crank.keepHouse();
    }

    /** The bodies of a queue. */
    public List<String> bodies(String topic, int queueId) {
        return bodies(topic, queueId, store.minOffset(topic, queueId));
    }

    /** The bodies of a queue from an offset on. */
    public List<String> bodies(String topic, int queueId, long from) {
        return StoreFixture.bodies(store, topic, queueId, from);
    }
}
