package io.ternmq.broker.store;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Makes everything anew that is derived from the log. First it says in the checkpoint that nothing derived can be relied on, then deletes
 * it, then has the log replayed from its start; so whatever ends it early, the next start of a broker or the next rebuild completes it.
 */
public final class StoreRebuild {
    private final StoreConfig config;
    private final Files files;
    private final List<String> directories;

    /** For a store whose followers keep what they derive in these directories of its data directory. */
    public StoreRebuild(StoreConfig config, Files files, List<String> directories) {
        this.config = config;
        this.files = files;
        this.directories = List.copyOf(directories);
    }

    /**
     * Deletes what is derived. What a consume queue alone knows stays: the end of a queue all of whose messages are past their time.
     *
     * @throws io.ternmq.broker.file.DirectoryInUseException if a broker has the directory
     * @throws java.nio.file.NoSuchFileException if there is no store in it
     */
    public void forget() throws IOException {
        Path dataDir = config.dataDir();
        StoreCheck.requireStore(dataDir, files);
        Closeable lock = files.lock(dataDir.resolve("lock"));
        try {
            Recovery.forget(config, files);
            for (String directory : directories) {
                deleteAll(dataDir.resolve(directory));
            }
        } finally {
            lock.close();
        }
    }

    /**
     * Replays the log into followers that were opened after {@link #forget}.
     *
     * @return how many messages are in the log
     */
    public long replay(Clock clock, List<LogFollower> followers, Progress progress) throws IOException {
        Counter counter = new Counter(files, config.dataDir().resolve("log"), progress);
        List<LogFollower> all = new ArrayList<>(followers);
        all.add(counter);
        MessageStore.open(config, files, clock, (topic, queueId, next, tagsCode, time) -> {}, all)
                .close();
        return counter.records;
    }

    private void deleteAll(Path place) throws IOException {
        if (files.exists(place)) {
            List<Path> inside = new ArrayList<>(files.list(place));
            // A manifest goes before what it names, or a start after a kill would take the index for damaged.
            Collections.reverse(inside);
            for (Path path : inside) {
                deleteAll(path);
            }
            files.delete(place);
        }
    }

    /** Counts what is replayed. */
    private static final class Counter implements LogFollower {
        private final Progress progress;
        private final long start;
        private final long end;
        private long records;

        Counter(Files files, Path log, Progress progress) throws IOException {
            this.progress = progress;
            List<Path> segments = files.list(log);
            this.start = segments.isEmpty() ? 0 : base(segments.get(0));
            this.end = segments.isEmpty() ? 0 : base(segments.get(segments.size() - 1)) + sizeOf(files, segments);
        }

        @Override
        public void follow(CommittedRecord record) {
            records++;
            progress.reached(record.logOffset() + record.size() - start, end - start);
        }

        @Override
        public void save(long position) {
            // Nothing to save.
        }

        @Override
        public long savedUpTo() {
            return Long.MAX_VALUE;
        }

        @Override
        public void expire(long logStart) {
            // Nothing to forget.
        }

        private static long base(Path segment) {
            return Long.parseLong(String.valueOf(segment.getFileName()));
        }

        private static long sizeOf(Files files, List<Path> segments) throws IOException {
            try (var last = files.open(segments.get(segments.size() - 1))) {
                return last.size();
            }
        }
    }
}
