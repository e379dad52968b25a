package io.ternmq.broker.schedule;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.AgentRunner;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.base.Running;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.ArrivalListener;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.broker.store.StoreException;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands delayed messages over to the queue they are meant for, when they are due.
 *
 * <p>Messages of one delay wait in one queue, so the first that is not yet due tells how long to sleep. A level goes on to its next
 * messages only when those handed over are committed. How far each level is, is saved every few seconds: after a crash the
 * messages of the last seconds are handed over again, and none is lost.
 *
 * <p>Runs on the thread {@code ternmq-timer}; arrivals come from the store's threads.
 */
public final class DelayQueue implements Agent, ArrivalListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DelayQueue.class);
    private static final int BATCH = 64;
    private static final int BATCH_BYTES = 1024 * 1024;
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 1000;
    /** While messages wait, the clock is looked at this often, for it may be set. */
    private static final long LONGEST_SLEEP_MILLIS = 1000;

    private final MessageStore store;
    private final DelayLevels levels;
    private final Clock clock;
    private final SnapshotFile file;
    private final Level[] progress;
    private @Nullable Running running;
    private Map<Integer, Long> saved = Map.of();

    private DelayQueue(MessageStore store, DelayLevels levels, Clock clock, SnapshotFile file) {
        this.store = store;
        this.levels = levels;
        this.clock = clock;
        this.file = file;
        this.progress = new Level[levels.count()];
        for (int i = 0; i < progress.length; i++) {
            progress[i] = new Level(i + 1);
        }
    }

    /** Reads how far each level was. Blocks. Nothing is handed over before {@link #start}. */
    public static DelayQueue open(MessageStore store, DelayLevels levels, Clock clock, SnapshotFile file)
            throws IOException {
        DelayQueue queue = new DelayQueue(store, levels, clock, file);
        Optional<byte[]> content = file.load();
        if (content.isPresent()) {
            try {
                queue.saved = JsonBodies.decode(content.get(), Saved.class).offsets();
            } catch (CommandException e) {
                throw new IOException("saved progress of delayed messages cannot be read: reason=" + e.remark(), e);
            }
            queue.saved.forEach((level, offset) -> {
                if (level >= 1 && level <= queue.progress.length) {
                    // After a crash of the machine the log may end before what was saved.
                    long end = store.maxOffset(ResourceNames.SCHEDULE_TOPIC, level - 1);
                    queue.progress[level - 1].offset = Math.min(offset, end);
                }
            });
        }
        return queue;
    }

    /** Starts handing over. */
    public synchronized void start() {
        running = AgentRunner.start(this);
    }

    @Override
    public String name() {
        return "ternmq-timer";
    }

    @Override
    public long work() {
        long now = clock.millis();
        long next = Long.MAX_VALUE;
        for (Level level : progress) {
            if (isDue(level, now)) {
                level.nextWork = Long.MAX_VALUE;
                try {
                    handOver(level, now);
                } catch (RuntimeException e) {
                    LOG.error("delayed messages cannot be handed over, trying again: level={}", level.number, e);
                    level.idle = false;
                    level.nextWork = now + PAUSE_AFTER_FAILURE_MILLIS;
                }
            }
            next = Math.min(next, level.nextWork);
        }
        return next == Long.MAX_VALUE
                ? TimeUnit.MINUTES.toNanos(1)
                : TimeUnit.MILLISECONDS.toNanos(Math.max(0, Math.min(next - clock.millis(), LONGEST_SLEEP_MILLIS)));
    }

    /** What is further away than a whole delay was planned by a clock that has been set back since. */
    private boolean isDue(Level level, long now) {
        long next = level.nextWork;
        return next <= now
                || (next != Long.MAX_VALUE
                        && next - now > levels.delay(level.number).toMillis() + PAUSE_AFTER_FAILURE_MILLIS);
    }

    @Override
    public void arrived(String topic, int queueId, long nextOffset, long tagsCode, long storeTimestamp) {
        if (topic.equals(ResourceNames.SCHEDULE_TOPIC) && queueId < progress.length) {
            Level level = progress[queueId];
            if (level.idle) {
                level.idle = false;
                level.nextWork = Math.min(storeTimestamp, clock.millis())
                        + levels.delay(level.number).toMillis();
                wake();
            }
        }
    }

    /** Returns how far each level is. */
    public Map<Integer, Long> offsets() {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (Level level : progress) {
            if (level.offset > 0) {
                offsets.put(level.number, level.offset);
            }
        }
        return offsets;
    }

    /** Writes to disk what is not there yet. Blocks. */
    public synchronized void save() throws IOException {
        Map<Integer, Long> offsets = offsets();
        if (!offsets.equals(saved)) {
            file.save(ByteBufUtil.getBytes(JsonBodies.encode(new Saved(offsets))));
            saved = offsets;
        }
    }

    /** Stops handing over; messages wait for the next start. */
    @Override
    public void close() {
        Running agent;
        synchronized (this) {
            agent = running;
            running = null;
        }
        if (agent != null) {
            agent.close();
        }
    }

    private void handOver(Level level, long now) {
        long delay = levels.delay(level.number).toMillis();
        level.idle = true;
        ReadResult found = store.read(
                ResourceNames.SCHEDULE_TOPIC, level.number - 1, level.offset, BATCH, BATCH_BYTES, MessageFilter.ALL);
        switch (found.status()) {
            case FOUND -> level.idle = false;
            case NO_MESSAGE_AT_END -> {
                if (store.maxOffset(ResourceNames.SCHEDULE_TOPIC, level.number - 1) > level.offset) {
                    // Arrived while this level was not yet marked as idle.
                    level.idle = false;
                    level.nextWork = now;
                }
                return;
            }
            case NO_MATCH, OFFSET_TOO_SMALL, OFFSET_TOO_LARGE, EMPTY_QUEUE -> {
                if (found.nextOffset() != level.offset) {
                    LOG.warn(
                            "delayed messages are no longer there, going on: level={}, from={}, to={}",
                            level.number,
                            level.offset,
                            found.nextOffset());
                    level.offset = found.nextOffset();
                    level.nextWork = now;
                } else {
                    level.nextWork = now + PAUSE_AFTER_FAILURE_MILLIS;
                }
                level.idle = false;
                return;
            }
        }
        List<Due> due = new ArrayList<>();
        long end = level.offset;
        long next = Long.MAX_VALUE;
        for (ByteBuffer slice : found.slices()) {
            ByteBuffer records = slice.duplicate();
            while (records.hasRemaining() && next == Long.MAX_VALUE) {
                try {
                    StoredMessage message = StoredMessage.readFrom(records);
                    long at = message.storeTimestamp() + delay;
                    // Stored in the future: the clock was ahead then. Waiting for it to get there could take for ever.
                    boolean waits = at > now && message.storeTimestamp() <= now;
                    if (waits) {
                        next = at;
                    } else {
                        due.add(new Due(message.queueOffset(), restore(message)));
                        end = message.queueOffset() + 1;
                    }
                } catch (MalformedMessageException e) {
                    LOG.error(
                            "delayed message cannot be read and is skipped: level={}, after={}", level.number, end, e);
                    end = found.nextOffset();
                    next = now;
                }
            }
        }
        if (due.isEmpty()) {
            level.offset = end;
            level.nextWork = next == Long.MAX_VALUE ? now : next;
        } else {
            new Handover(level, due, end).start();
        }
    }

    private static NewMessage restore(StoredMessage message) {
        String topic = MessageProperties.get(message.properties(), PropertyNames.REAL_TOPIC);
        String queue = MessageProperties.get(message.properties(), PropertyNames.REAL_QID);
        Map<String, String> properties = MessageProperties.decode(message.properties());
        properties.remove(PropertyNames.REAL_TOPIC);
        properties.remove(PropertyNames.REAL_QID);
        return new NewMessage(
                topic == null ? message.topic() : topic,
                queue == null ? message.queueId() : Integer.parseInt(queue),
                message.flag(),
                message.sysFlag(),
                message.bornTimestamp(),
                message.bornHost(),
                message.storeHost(),
                message.reconsumeTimes(),
                0,
                MessageProperties.encode(properties),
                ByteBuffer.wrap(message.body()));
    }

    private void wake() {
        Running agent;
        synchronized (this) {
            agent = running;
        }
        if (agent != null) {
            agent.wake();
        }
    }

    /** A message to hand over, and where it waits. */
    private record Due(long offset, NewMessage message) {}

    private record Saved(Map<Integer, Long> offsets) {}

    /** Where one level is. */
    private static final class Level {
        private final int number;
        /** Next message to hand over. */
        private volatile long offset;
        /** When there may be something to do; epoch milliseconds. */
        private volatile long nextWork;
        /** Whether an arrival has to wake the agent, because nothing else will. */
        private volatile boolean idle;

        Level(int number) {
            this.number = number;
        }
    }

    /** Messages of one level on their way into their queues. */
    private final class Handover {
        private final Level level;
        private final List<Due> messages;
        private final long end;
        private final AtomicInteger open;
        /** Index of the first message that has to be handed over again; behind the last if there is none. */
        private final AtomicInteger firstFailed;

        Handover(Level level, List<Due> messages, long end) {
            this.level = level;
            this.messages = messages;
            this.end = end;
            this.open = new AtomicInteger(messages.size());
            this.firstFailed = new AtomicInteger(messages.size());
        }

        void start() {
            for (int i = 0; i < messages.size(); i++) {
                store.append(messages.get(i).message(), new Receipt(i));
            }
        }

        private void done() {
            if (open.decrementAndGet() == 0) {
                boolean again = firstFailed.get() < messages.size();
                level.offset = again ? messages.get(firstFailed.get()).offset() : end;
                level.nextWork = clock.millis() + (again ? PAUSE_AFTER_FAILURE_MILLIS : 0);
                wake();
            }
        }

        /** What became of one of them. */
        private final class Receipt implements AppendCallback {
            private final int index;

            Receipt(int index) {
                this.index = index;
            }

            @Override
            public void committed(AppendResult result) {
                done();
            }

            @Override
            public void failed(StoreException reason) {
                boolean hopeless =
                        reason.kind() == StoreException.Kind.ILLEGAL || reason.kind() == StoreException.Kind.TOO_LARGE;
                if (hopeless) {
                    // It would fail for ever, and hold up all behind it.
                    LOG.error(
                            "delayed message is skipped: level={}, offset={}, topic={}, reason={}",
                            level.number,
                            messages.get(index).offset(),
                            messages.get(index).message().topic(),
                            reason.getMessage());
                } else if (firstFailed.getAndAccumulate(index, Math::min) == messages.size()) {
                    LOG.warn(
                            "delayed messages cannot be handed over now, trying again: level={}, reason={}",
                            level.number,
                            reason.getMessage());
                }
                done();
            }
        }
    }
}
