package io.ternmq.broker.store;

import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.queue.ConsumeQueues;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;

/** Brings the consume queues to disk and notes how far they reach. For one thread at a time. */
final class Checkpoints {
    private final SnapshotFile file;
    private final CommitLog log;
    private final ConsumeQueues queues;
    private final Dispatcher dispatcher;
    private final Appender appender;
    private volatile long replayFrom;

    Checkpoints(SnapshotFile file, CommitLog log, ConsumeQueues queues, Dispatcher dispatcher, Appender appender) {
        this.file = file;
        this.log = log;
        this.queues = queues;
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
        queues.flush();
        new Checkpoint(position, durable, appender.lastStoreTimestamp(), clean).save(file);
        replayFrom = position;
    }
}
