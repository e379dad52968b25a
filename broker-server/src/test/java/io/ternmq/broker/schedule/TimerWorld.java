package io.ternmq.broker.schedule;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.CrankedStore;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreConfig;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.topic.SystemTopics;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Timers over a store on a simulated disk; the test sets the clock and turns the threads. */
final class TimerWorld {
    static final long START = 1_763_637_600_000L;
    static final String TOPIC = "orders";

    private static final Path DIRECTORY = Path.of("/data");
    private static final InetSocketAddress HOST = new InetSocketAddress(InetAddress.getLoopbackAddress(), 10911);

    final SimulatedDisk disk;
    long now = START;
    StoreConfig config = StoreConfig.defaults(DIRECTORY)
            .withFlush(FlushMode.ASYNC)
            .withSegmentBytes(64 * 1024)
            .withDiskSharePercent(99);

    TimerIndex index;
    CrankedStore cranked;
    Topics topics;
    Timers timers;

    TimerWorld() throws IOException {
        this(UnaryOperator.identity(), new SimulatedDisk(64 << 20));
    }

    @SuppressWarnings("NullAway.Init") // open() sets what is null
    TimerWorld(UnaryOperator<StoreConfig> settings, SimulatedDisk disk) throws IOException {
        this.disk = disk;
        this.config = settings.apply(config);
        disk.createDirectories(DIRECTORY.resolve("state"));
        open();
    }

    /** Opens everything; to be used after a stop, too. */
    void open() throws IOException {
        index = TimerIndex.open(disk, DIRECTORY.resolve("index"));
        cranked = CrankedStore.open(config, disk, () -> now, List.of(index));
        topics = Topics.open(
                new SnapshotFile(disk, DIRECTORY.resolve("state").resolve("topics.json")),
                () -> now,
                new SystemTopics("c", "b", true, true));
        topics.create(TopicConfig.of(TOPIC, 4));
        timers = new Timers(index, cranked.store(), topics, DelayLevels.standard(), Duration.ofDays(366), () -> now);
    }

    /** Stops properly. */
    void close() {
        cranked.store().close();
    }

    /** Parks a message for an instant, which may be over. */
    Outcome park(String body, long deliverAt) {
        return park(message(TOPIC, 0, body, Map.of("UNIQ_KEY", "id-" + body)), deliverAt);
    }

    Outcome park(NewMessage message, long deliverAt) {
        Outcome outcome = new Outcome();
        timers.append(message, deliverAt, outcome);
        return outcome;
    }

    Outcome append(NewMessage message) {
        Outcome outcome = new Outcome();
        cranked.store().append(message, outcome);
        return outcome;
    }

    static NewMessage message(String topic, int queueId, String body, Map<String, String> properties) {
        return new NewMessage(
                topic,
                queueId,
                0,
                0,
                START - 5,
                HOST,
                HOST,
                0,
                0,
                MessageProperties.encode(properties),
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
    }

    /** Lets the agent of the timers work until it has nothing to do at this time; returns how long it would sleep then, ns. */
    long turn() {
        long idle;
        do {
            idle = timers.agent().work();
        } while (idle == 0);
        return idle;
    }

    /** Sets the clock and lets the agent work. */
    void turnAt(long millis) {
        now = millis;
        turn();
    }

    /** What has been delivered to the first queue. */
    List<String> delivered() {
        return cranked.bodies(TOPIC, 0);
    }

    /** A message of a queue. */
    StoredMessage message(String topic, int queueId, long offset) throws MalformedMessageException {
        return StoredMessage.readFrom(cranked.store()
                .read(topic, queueId, offset, 1, 1, MessageFilter.ALL)
                .slices()
                .get(0)
                .duplicate());
    }

    /** What became of an append. */
    static final class Outcome implements AppendCallback {
        @Nullable
        AppendResult result;

        @Nullable
        StoreException failure;

        @Override
        public void committed(AppendResult committed) {
            result = committed;
        }

        @Override
        public void failed(StoreException reason) {
            failure = reason;
        }
    }
}
