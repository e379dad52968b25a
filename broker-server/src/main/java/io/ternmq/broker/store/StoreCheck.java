package io.ternmq.broker.store;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.log.CommitLog;
import io.ternmq.broker.log.DamageVisitor;
import io.ternmq.broker.log.Records;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads all of a store that no broker has open, checks every record and every state file, and changes nothing. For one thread; takes as
 * long as reading the disk does.
 */
public final class StoreCheck {
    private final Path dataDir;
    private final Files files;
    private final Progress progress;
    private final List<Damage> damages = new ArrayList<>();

    private long durable;
    private long bytes;
    private long done;
    private long records;
    private long tornFrom = Long.MAX_VALUE;

    private StoreCheck(Path dataDir, Files files, Progress progress) {
        this.dataDir = dataDir;
        this.files = files;
        this.progress = progress;
    }

    /**
     * Checks the store in a data directory.
     *
     * @throws io.ternmq.broker.file.DirectoryInUseException if a broker has it
     * @throws NoSuchFileException if there is no store in it
     * @throws IOException if it cannot be read
     */
    public static Findings run(Path dataDir, Files files, Progress progress) throws IOException {
        requireStore(dataDir, files);
        Closeable lock = files.lock(dataDir.resolve("lock"));
        try {
            return new StoreCheck(dataDir, files, progress).check();
        } finally {
            lock.close();
        }
    }

    static void requireStore(Path dataDir, Files files) throws IOException {
        if (!files.exists(dataDir.resolve("log"))) {
            throw new NoSuchFileException(
                    dataDir.toString(),
                    null,
                    "there is no store: no directory 'log' in it; name the data directory of a broker");
        }
    }

    private Findings check() throws IOException {
        try {
            durable = Checkpoint.load(Checkpoint.fileIn(files, dataDir)).durable();
        } catch (IOException e) {
            damages.add(new Damage(dataDir.resolve("checkpoint"), 0, -1, 0, String.valueOf(e.getMessage())));
        }
        List<Path> states = new ArrayList<>(files.list(dataDir.resolve("state")));
        states.add(dataDir.resolve("deleted-topics"));
        states.forEach(this::checkState);
        checkLog();
        return new Findings(bytes, records, tornFrom == Long.MAX_VALUE ? 0 : bytes - tornFrom, damages);
    }

    private void checkState(Path file) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".previous") || name.endsWith(".new")) {
            return;
        }
        try {
            new SnapshotFile(files, file).load();
        } catch (IOException e) {
            damages.add(new Damage(file, 0, -1, 0, String.valueOf(e.getMessage())));
        }
    }

    private void checkLog() throws IOException {
        Path directory = dataDir.resolve("log");
        long start = -1;
        long end = 0;
        List<Path> segments =
                files.list(directory).stream().filter(CommitLog::isSegment).toList();
        for (Path file : segments) {
            long base = Long.parseLong(String.valueOf(file.getFileName()));
            start = start < 0 ? base : start;
            try (DataFile open = files.open(file)) {
                end = base + open.size();
            }
        }
        if (start < 0) {
            return;
        }
        done = start;
        bytes = end;
        long from = start;
        CommitLog log = CommitLog.open(files, directory, Integer.MAX_VALUE);
        DamageVisitor visitor = this::damaged;
        log.verify(Long.MAX_VALUE, (logOffset, record) -> sound(from, logOffset, record), visitor);
        progress.reached(end - start, end - start);
        bytes = end - start;
        tornFrom = tornFrom == Long.MAX_VALUE ? tornFrom : tornFrom - start;
    }

    private void sound(long start, long logOffset, ByteBuffer record) {
        if (logOffset < tornFrom) {
            records++;
        }
        done = logOffset + Records.footprint(Records.size(record));
        progress.reached(done - start, bytes - start);
    }

    /** What was never known to be on disk is the mark of a crash, and no damage; the next start cuts it off. */
    private void damaged(Path file, long position, long logOffset, long size) {
        if (logOffset >= durable) {
            tornFrom = Math.min(tornFrom, logOffset);
        } else {
            damages.add(new Damage(file, position, logOffset, size, "no record passes its check here"));
        }
    }

    /**
     * What was found.
     *
     * @param bytes size of the log's files
     * @param records how many records are sound
     * @param tornBytes what a crash has left behind the last of them, which the next start cuts off
     * @param damages places that were on disk and are damaged now
     */
    public record Findings(long bytes, long records, long tornBytes, List<Damage> damages) {}

    /**
     * A damaged place.
     *
     * @param file where
     * @param position where in the file
     * @param logOffset the same in the log; -1 if the file is not the log's
     * @param bytes how many bytes it is to the next sound record
     * @param what what is wrong
     */
    public record Damage(Path file, long position, long logOffset, long bytes, String what) {}
}
