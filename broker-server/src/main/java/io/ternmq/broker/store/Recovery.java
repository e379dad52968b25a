package io.ternmq.broker.store;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.queue.ConsumeQueues;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.TagHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings log and consume queues into agreement at a start. After a clean stop they are taken as they are. Else the log is checked
 * from the checkpoint on and cut where it is torn, the queues are cut back to the checkpoint, and their entries put again.
 */
record Recovery(
        CommitLog log,
        ConsumeQueues queues,
        DeletedTopics deletedTopics,
        SnapshotFile checkpointFile,
        long lastStoreTimestamp) {
    private static final Logger LOGGER = LoggerFactory.getLogger(Recovery.class);

    static Recovery run(StoreConfig config, Files files, List<LogFollower> followers) throws IOException {
        Path dataDir = config.dataDir();
        SnapshotFile checkpointFile = Checkpoint.fileIn(files, dataDir);
        Checkpoint checkpoint = Checkpoint.load(checkpointFile);
        DeletedTopics deletedTopics = DeletedTopics.load(files, dataDir);
        CommitLog log = CommitLog.open(files, dataDir.resolve("log"), config.segmentBytes());
        ConsumeQueues queues = new ConsumeQueues(files, dataDir.resolve("queues"));
        Replay replay = new Replay(queues, followers, deletedTopics, checkpoint.lastStoreTimestamp());
        boolean complete = queues.load(log, checkpoint.replayFrom(), deletedTopics::before);
        if (complete && checkpoint.clean() && log.endsExactlyAt(checkpoint.durable())) {
            log.resume(checkpoint.durable());
            CatchUp.run(log, followers, checkpoint.replayFrom());
        } else {
            long from = complete ? checkpoint.replayFrom() : 0;
            CatchUp.run(log, followers, from);
            log.recover(from, checkpoint.durable(), replay::record);
            deletedTopics.limitTo(log.end());
            if (replay.count > 0) {
                LOGGER.info(
                        "store was not closed cleanly, recovered: dataDir={}, checkedFrom={}, end={}, messages={}",
                        dataDir,
                        checkpoint.replayFrom(),
                        log.end(),
                        replay.count);
            }
        }
        queues.reserveFromEnds();
        return new Recovery(log, queues, deletedTopics, checkpointFile, replay.lastStoreTimestamp);
    }

    /** Has the next start replay the whole log, and deletes the consume queues that can be made again from it. */
    static void forget(StoreConfig config, Files files) throws IOException {
        Path dataDir = config.dataDir();
        SnapshotFile checkpointFile = Checkpoint.fileIn(files, dataDir);
        Checkpoint checkpoint = Checkpoint.load(checkpointFile);
        CommitLog log = CommitLog.open(files, dataDir.resolve("log"), config.segmentBytes());
        long start = log.segmentCount() == 0 ? 0 : log.start();
        new Checkpoint(start, checkpoint.durable(), checkpoint.lastStoreTimestamp(), false).save(checkpointFile);
        ConsumeQueues queues = new ConsumeQueues(files, dataDir.resolve("queues"));
        queues.load(log, checkpoint.replayFrom(), DeletedTopics.load(files, dataDir)::before);
        queues.forgetFrom(start);
    }

    /** Puts the entry of each record, and shows it to the followers. */
    private static final class Replay {
        private final ConsumeQueues queues;
        private final List<LogFollower> followers;
        private final DeletedTopics deletedTopics;
        private long lastStoreTimestamp;
        private long count;

        Replay(
                ConsumeQueues queues,
                List<LogFollower> followers,
                DeletedTopics deletedTopics,
                long lastStoreTimestamp) {
            this.queues = queues;
            this.followers = followers;
            this.deletedTopics = deletedTopics;
            this.lastStoreTimestamp = lastStoreTimestamp;
        }

        void record(long logOffset, ByteBuffer record) {
            count++;
            CommittedRecord committed = CommittedRecord.of(logOffset, record);
            lastStoreTimestamp = Math.max(lastStoreTimestamp, committed.storeTimestamp());
            for (LogFollower follower : followers) {
                follower.follow(committed);
            }
            if (logOffset < deletedTopics.before(committed.topic())) {
                return;
            }
            long tagsCode = TagHash.of(MessageProperties.get(committed.properties(), PropertyNames.TAGS));
            queues.findOrCreate(committed.topic(), committed.queueId())
                    .put(committed.queueOffset(), logOffset, committed.size(), tagsCode);
        }
    }
}
