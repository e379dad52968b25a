package io.ternmq.broker.store;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.AgentRunner;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.base.Running;
import io.ternmq.broker.file.DiskSpace;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.DamageVisitor;
import io.ternmq.broker.queue.ConsumeQueues;
import io.ternmq.broker.store.StoreException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends messages, reads them back, and keeps them no longer than allowed. Safe for any thread. Reads of old messages may
 * block on the disk and, if it fails, throw a {@link StoreException}.
 *
 * <p>The data directory has {@code lock}, {@code log/} (the messages), {@code queues/} (the index, which can be rebuilt from the
 * log), {@code checkpoint} and {@code deleted-topics}.
 */
public final class MessageStore implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(MessageStore.class);

    private final StoreConfig config;
    private final Files files;
    private final Closeable directoryLock;
    private final CommitLog log;
    private final ConsumeQueues queues;
    private final DeletedTopics deletedTopics;
    private final Dispatcher dispatcher;
    private final Appender appender;
    private final QueueReader reader;
    private final Checkpoints checkpoints;
    private final Flusher flusher;
    private final Running flushing;
    private final Optional<Running> preparing;
    private final Housekeeper housekeeper;
    private final Running housekeeping;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MessageStore(
            StoreConfig config,
            Files files,
            Clock clock,
            ArrivalListener listener,
            List<LogFollower> followers,
            UnreadWatch watch,
            Function<Agent, Running> threads,
            Recovery recovered,
            Closeable directoryLock)
            throws IOException {
        this.config = config;
        this.files = files;
        this.directoryLock = directoryLock;
        this.log = recovered.log();
        this.queues = recovered.queues();
        this.deletedTopics = recovered.deletedTopics();
        this.dispatcher = new Dispatcher(listener, followers, log.end());
        this.appender = new Appender(config, clock, log, queues, dispatcher, recovered.lastStoreTimestamp());
        this.reader = new QueueReader(log, queues);
        this.checkpoints = new Checkpoints(recovered.checkpointFile(), log, queues, followers, dispatcher, appender);
        this.flusher = new Flusher(config, log, dispatcher, appender, deletedTopics);
        // From here on a stop that is not clean must not look like one.
        checkpoints.write();
        this.flushing = threads.apply(flusher);
        this.preparing = config.flush() == FlushMode.SYNC
                ? Optional.of(threads.apply(new SegmentPreparer(config, files, log)))
                : Optional.empty();
        Retention retention =
                new Retention(config, clock, log, queues, followers, dispatcher, checkpoints, deletedTopics, watch);
        this.housekeeper = new Housekeeper(
                config, clock, dispatcher, checkpoints, retention, new SpaceGuard(config, files, appender));
        this.housekeeping = threads.apply(housekeeper);
    }

    /**
     * Opens the store in its data directory and repairs what a crash left.
     *
     * @param followers are shown what they have missed before this returns, and from then on every record
     * @throws io.ternmq.broker.file.DirectoryInUseException if another broker has the directory
     * @throws io.ternmq.broker.log.CorruptLogException if the log is damaged where it was known to be on disk
     * @throws IOException if the directory cannot be used
     */
    public static MessageStore open(
            StoreConfig config, Files files, Clock clock, ArrivalListener listener, List<LogFollower> followers)
            throws IOException {
        return open(config, files, clock, listener, followers, UnreadWatch.NONE);
    }

    /** The same with somebody who is asked before messages are deleted. */
    public static MessageStore open(
            StoreConfig config,
            Files files,
            Clock clock,
            ArrivalListener listener,
            List<LogFollower> followers,
            UnreadWatch watch)
            throws IOException {
        return open(config, files, clock, listener, followers, watch, AgentRunner::start);
    }

    /** The same in a directory whose lock the caller has taken; the store releases it when it is closed, or cannot be opened. */
    public static MessageStore open(
            StoreConfig config,
            Files files,
            Clock clock,
            ArrivalListener listener,
            List<LogFollower> followers,
            UnreadWatch watch,
            Closeable lock)
            throws IOException {
        return open(config, files, clock, listener, followers, watch, AgentRunner::start, () -> lock);
    }

    /**
     * Takes the data directory, and makes it if it is missing.
     *
     * @throws io.ternmq.broker.file.DirectoryInUseException if another broker has it
     * @throws IOException if it cannot be used
     */
    public static Closeable lock(Path dataDir, Files files) throws IOException {
        try {
            files.createDirectories(dataDir);
            return files.lock(dataDir.resolve("lock"));
        } catch (java.nio.file.AccessDeniedException | java.nio.file.FileAlreadyExistsException e) {
            throw new IOException(
                    "data directory is not writable: directory=" + dataDir + ", reason=" + e.getMessage()
                            + "; grant write permission to the user of this process, or choose another directory",
                    e);
        } catch (IOException e) {
            throw explained(dataDir, e);
        }
    }

    /** The same with threads that a test may turn by hand. */
    static MessageStore open(
            StoreConfig config,
            Files files,
            Clock clock,
            ArrivalListener listener,
            List<LogFollower> followers,
            Function<Agent, Running> threads)
            throws IOException {
        return open(config, files, clock, listener, followers, UnreadWatch.NONE, threads);
    }

    static MessageStore open(
            StoreConfig config,
            Files files,
            Clock clock,
            ArrivalListener listener,
            List<LogFollower> followers,
            UnreadWatch watch,
            Function<Agent, Running> threads)
            throws IOException {
        return open(config, files, clock, listener, followers, watch, threads, () -> lock(config.dataDir(), files));
    }

    private static MessageStore open(
            StoreConfig config,
            Files files,
            Clock clock,
            ArrivalListener listener,
            List<LogFollower> followers,
            UnreadWatch watch,
            Function<Agent, Running> threads,
            LockSource source)
            throws IOException {
        Closeable lock = source.take();
        try {
            List<LogFollower> all = List.copyOf(followers);
            Recovery recovered = Recovery.run(config, files, all);
            return new MessageStore(config, files, clock, listener, all, watch, threads, recovered, lock);
        } catch (IOException e) {
            lock.close();
            throw explained(config.dataDir(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @FunctionalInterface
    private interface LockSource {
        Closeable take() throws IOException;
    }

    private static IOException explained(Path dataDir, IOException e) {
        return DiskSpace.isExhausted(e)
                ? new IOException(
                        "the disk is full: directory=" + dataDir + ", reason=" + e.getMessage()
                                + "; free some space, or choose another directory",
                        e)
                : e;
    }

    /** Appends one message. Does not throw: every outcome goes to {@code callback}. */
    public void append(NewMessage message, AppendCallback callback) {
        append(List.of(message), callback);
    }

    /** Appends messages of one topic and queue with consecutive offsets, all or none. Does not throw. */
    public void append(List<NewMessage> messages, AppendCallback callback) {
        if (appender.append(messages, callback)) {
            flushing.wake();
        }
    }

    /**
     * Reads messages of a queue from {@code offset} on: at most {@code maxMessages} and {@code maxBytes}, but at least one
     * whatever its size; at most {@code max(800, maxMessages)} are examined.
     */
    public ReadResult read(
            String topic, int queueId, long offset, int maxMessages, int maxBytes, MessageFilter filter) {
        return reader.read(topic, queueId, offset, maxMessages, maxBytes, filter);
    }

    /**
     * Whether a read from {@code offset} on will most likely find all in memory. If not, it may wait for the disk, and belongs on a
     * thread that may be kept waiting.
     */
    public boolean isAtHand(String topic, int queueId, long offset) {
        return reader.isAtHand(topic, queueId, offset);
    }

    /** The committed record that starts at this log offset, if there is one. */
    public Optional<ByteBuffer> recordAt(long logOffset) {
        if (logOffset < log.start() || logOffset >= dispatcher.committed()) {
            return Optional.empty();
        }
        try {
            return log.record(logOffset);
        } catch (IOException e) {
            throw new StoreException(
                    Kind.FAILED, "message could not be read: logOffset=" + logOffset + ", reason=" + e.getMessage(), e);
        }
    }

    /** First offset of a queue; 0 if it never had a message. */
    public long minOffset(String topic, int queueId) {
        return reader.min(topic, queueId);
    }

    /** End of a queue: the offset of its next message to become visible. */
    public long maxOffset(String topic, int queueId) {
        return reader.end(topic, queueId);
    }

    /** When the message at {@code offset} was stored, ms; empty if there is none. */
    public OptionalLong storeTime(String topic, int queueId, long offset) {
        return reader.storeTime(topic, queueId, offset);
    }

    /** Offset by store time. */
    public long offsetByTime(String topic, int queueId, long timestamp, Boundary boundary) {
        return reader.offsetByTime(topic, queueId, timestamp, boundary);
    }

    /** Whether a queue still has its very first message, or never had any: a new group may start from 0 and see everything. */
    public boolean isComplete(String topic, int queueId) {
        return reader.min(topic, queueId) == 0;
    }

    /**
     * Forgets all messages of a topic, durably; a topic of that name starts from offset 0 again.
     *
     * @throws IOException if that cannot be made durable, or the end of the log is in doubt
     */
    public void deleteTopic(String topic) throws IOException {
        appender.lock().lock();
        try {
            StoreException refusal = appender.refusal();
            if (refusal != null && refusal.kind() == Kind.FAILED) {
                // What the disk may still have behind the end would outlive the deletion.
                throw new IOException(
                        "topic cannot be deleted now: topic=" + topic + ", reason=" + refusal.getMessage());
            }
            deletedTopics.delete(topic, log.end());
            queues.drop(topic);
        } finally {
            appender.lock().unlock();
        }
    }

    /** Whether a record of this topic at this log offset went with the topic when that was deleted. */
    public boolean isDeleted(String topic, long logOffset) {
        return logOffset < deletedTopics.before(topic);
    }

    /**
     * Reads the whole log and checks every record, going on behind damage. Takes as long as reading the disk does.
     *
     * @return how many records are sound
     */
    public long verify(DamageVisitor damages) throws IOException {
        long[] sound = new long[1];
        log.verify(dispatcher.committed(), (logOffset, record) -> sound[0]++, damages);
        return sound[0];
    }

    /**
     * Changes how long messages are kept and the used share of the volume above which appends are refused, until the store is closed.
     *
     * @throws IllegalArgumentException if a value is not allowed
     */
    public void keep(Duration retention, int diskSharePercent) {
        StoreConfig checked = config.withRetention(retention).withDiskSharePercent(diskSharePercent);
        housekeeper.keep(checked.retention(), checked.diskSharePercent());
    }

    /** Why no message is accepted at the moment; empty while they are. */
    public Optional<String> refusal() {
        return Optional.ofNullable(appender.refusal()).map(StoreException::getMessage);
    }

    /** Facts for operators. */
    public StoreTotals totals() {
        int used;
        try {
            used = files.space(config.dataDir()).usedPercent();
        } catch (IOException e) {
            used = -1;
        }
        return new StoreTotals(
                log.start(),
                dispatcher.committed(),
                log.durable(),
                log.segmentCount(),
                queues.count(),
                log.damagedRecords(),
                used);
    }

    /** Commits what was appended, writes everything to disk and releases the directory; idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        appender.lock().lock();
        try {
            appender.refuse(new StoreException(Kind.CLOSED, "store is closed: directory=" + config.dataDir()));
        } finally {
            appender.lock().unlock();
        }
        housekeeping.close();
        preparing.ifPresent(Running::close);
        flushing.close();
        // Serves those who still wait for their commit.
        flusher.work();
        if (flusher.isInDoubt()) {
            // A force has failed, now or before; this is the last chance to write that range anew.
            flusher.work();
        }
        try {
            log.close();
            if (!flusher.isInDoubt()) {
                checkpoints.writeClean();
            }
        } catch (IOException e) {
            LOGGER.error(
                    "store was not closed cleanly, the next start will check the log: directory={}",
                    config.dataDir(),
                    e);
        }
        try {
            directoryLock.close();
        } catch (IOException e) {
            LOGGER.warn("lock file could not be closed: directory={}", config.dataDir(), e);
        }
    }
}
