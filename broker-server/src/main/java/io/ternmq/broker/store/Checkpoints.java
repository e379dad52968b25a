package io.ternmq.broker.store;

import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.queue.ConsumeQueues;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;
import java.util.List;

/** Brings what is derived from the log to disk and notes how far it reaches. For one thread at a time. */
final class Checkpoints {
    private final SnapshotFile file;
    private final CommitLog log;
    private final ConsumeQueues queues;
    private final List<LogFollower> followers;
    private final Dispatcher dispatcher;
    private final Appender appender;
    private volatile long replayFrom;

    Checkpoints(
            SnapshotFile file,
            CommitLog log,
            ConsumeQueues queues,
            List<LogFollower> followers,
            Dispatcher dispatcher,
            Appender appender) {
        this.file = file;
        this.log = log;
        this.queues = queues;
        this.followers = followers;
        this.dispatcher = dispatcher;
        this.appender = appender;
    }

    /** Everything before this log offset need not be replayed. */
    long replayFrom() {
        return replayFrom;
    }

    /** Notes what is dispatched and durable by now. */
    void write() throws IOException {
        write(false);
    }

    /** The last one, when nothing is going on any more and the log is closed. */
    void writeClean() throws IOException {
        write(true);
    }

    private void write(boolean clean) throws IOException {
        long durable = log.durable();
        long position = Math.min(dispatcher.dispatched(), durable);
        queues.flush(position);
        for (LogFollower follower : followers) {
            follower.save(position);
        }
        new Checkpoint(position, durable, appender.lastStoreTimestamp(), clean).save(file);
        replayFrom = position;
    }
}
