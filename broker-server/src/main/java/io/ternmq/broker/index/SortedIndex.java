package io.ternmq.broker.index;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries that follow from records of the log, sorted by major and minor number, with a value each. New ones are kept in memory;
 * a save writes them to disk as a sorted run that never changes, and neighbouring runs are merged from time to time. The runs are
 * in a directory of their own, with a manifest that names them: what it does not name is not there, so a crash leaves the state
 * before a save or the one after it.
 *
 * <p>The order of numbers is the signed one. An entry may be added twice, as happens when the log is read again after a crash; it
 * is found once.
 *
 * <p>{@link #add} is for one thread, {@link #save} for one at a time, the rest for any. Who reads and who saves never make who adds
 * wait. No file stays open between calls, and nothing needs to be closed.
 */
public final class SortedIndex {
    private static final Logger LOGGER = LoggerFactory.getLogger(SortedIndex.class);

    private final Files files;
    private final Path directory;
    private final IndexSettings settings;
    private final SnapshotFile manifestFile;
    private final Merges merges;
    private final MemoryTable memory = new MemoryTable();
    private final Bound majors;
    private final Bound minors;
    private final AtomicLong lastSource = new AtomicLong(-1);

    private volatile View view;
    private volatile long position;
    private volatile boolean damaged;

    /** Only a save uses it. */
    private long nextId;

    private SortedIndex(
            Files files, Path directory, IndexSettings settings, SnapshotFile manifestFile, Manifest manifest)
            throws IOException {
        this.files = files;
        this.directory = directory;
        this.settings = settings;
        this.manifestFile = manifestFile;
        this.merges = new Merges(files, directory, settings, () -> nextId++);
        this.majors = new Bound(manifest.majorsFrom());
        this.minors = new Bound(manifest.minorsFrom());
        this.view = new View(manifest.runs(), memory.end());
        this.position = manifest.position();
        this.nextId = manifest.nextId();
        for (Path path : files.list(directory)) {
            // A file that is to be forgotten keeps its name to itself until then.
            nextId = Math.max(nextId, Run.idOf(path) + 1);
        }
    }

    /**
     * Opens the index in a directory, which is made if it is missing. If what is there is damaged, the index starts empty:
     * {@link #position()} tells from where on it needs to be shown the log. Changes nothing on disk before the first save, so that it
     * does no harm if another broker turns out to have the directory.
     */
    public static SortedIndex open(Files files, Path directory, IndexSettings settings) throws IOException {
        files.createDirectories(directory);
        SnapshotFile manifestFile = new SnapshotFile(files, directory.resolve("manifest"));
        return new SortedIndex(files, directory, settings, manifestFile, load(files, directory, manifestFile));
    }

    /** Everything that follows from records before this log offset is on disk; 0 for an index that is new or to be rebuilt. */
    public long position() {
        return position;
    }

    /**
     * Adds an entry.
     *
     * @param source log offset of the record it follows from; never smaller than that of the entry before
     */
    public void add(long source, long major, long minor, long value) {
        if (source < lastSource.getPlain()) {
            throw new IllegalArgumentException("entry comes out of the order of the log: source=" + source
                    + ", previous=" + lastSource.getPlain() + "; add entries as their records are followed");
        }
        memory.add(source, major, minor, value);
        lastSource.setRelease(source);
    }

    /**
     * Brings to disk what follows from records before {@code position}, and nothing that follows from later ones. Merges runs on
     * the way, a bounded number of entries at a time.
     *
     * @throws IOException if it is not durable; then all stays as it was, and may be tried again
     */
    public synchronized void save(long position) throws IOException {
        View current = view;
        long majorsFrom = majors.settle(position, lastSource.getAcquire());
        long minorsFrom = minors.settle(position, lastSource.getAcquire());
        EntryArray entries = new EntryArray();
        MemoryTable.Mark rest = MemoryTable.collect(
                current.memory, position, (major, minor) -> major >= majorsFrom && minor >= minorsFrom, entries);
        List<Run> runs = new ArrayList<>(current.runs);
        runs.removeIf(run -> run.isBelow(majorsFrom, minorsFrom));
        if (entries.count() > 0) {
            runs.add(write(entries));
        }
        if (!damaged) {
            long step = Math.max(settings.mergeStep(), 2L * entries.count());
            damaged = !merges.work(runs, step, majorsFrom, minorsFrom);
        }
        long saved = damaged ? 0 : position;
        publish(new Manifest(saved, nextId, majorsFrom, minorsFrom, List.copyOf(runs)), rest);
    }

    /**
     * Shows the entries from {@code fromMajor} to before {@code toMajorExclusive}, in their order, identical ones once.
     *
     * @throws DamagedIndexException if a file is damaged; it has shown the entries before the damage
     */
    public void scan(long fromMajor, long toMajorExclusive, EntryVisitor visitor) throws IOException {
        long from = Math.max(fromMajor, majors.current());
        long minorsFrom = minors.current();
        if (from >= toMajorExclusive) {
            return;
        }
        try (Cursor cursor = open(
                run -> run.maxMajor() >= from && run.minMajor() < toMajorExclusive && run.maxMinor() >= minorsFrom,
                run -> RunCursor.ascending(files, directory, run, from, Long.MIN_VALUE),
                (major, minor) -> major >= from && major < toMajorExclusive,
                true)) {
            while (cursor.exists() && cursor.major() < toMajorExclusive) {
                boolean counts = cursor.minor() >= minorsFrom;
                if (counts && !visitor.visit(cursor.major(), cursor.minor(), cursor.value())) {
                    return;
                }
                cursor.advance();
            }
        } catch (DamagedIndexException e) {
            throw reported(e);
        }
    }

    /**
     * Shows entries of one major from before {@code minorToExclusive} down to {@code minorFrom}, the largest minor first, identical
     * ones once.
     *
     * @return how many it has shown, at most {@code limit}
     * @throws DamagedIndexException if a file is damaged; it has shown the entries before the damage
     */
    public int newest(long major, long minorFrom, long minorToExclusive, int limit, EntryVisitor visitor)
            throws IOException {
        long from = Math.max(minorFrom, minors.current());
        int shown = 0;
        if (major < majors.current() || limit <= 0 || from >= minorToExclusive) {
            return shown;
        }
        try (Cursor cursor = open(
                run -> run.minMajor() <= major
                        && run.maxMajor() >= major
                        && run.minMinor() < minorToExclusive
                        && run.maxMinor() >= from,
                run -> RunCursor.descending(files, directory, run, major, minorToExclusive),
                (entryMajor, minor) -> entryMajor == major && minor >= from && minor < minorToExclusive,
                false)) {
            while (cursor.exists() && cursor.major() == major && cursor.minor() >= from) {
                shown++;
                if (!visitor.visit(major, cursor.minor(), cursor.value()) || shown == limit) {
                    return shown;
                }
                cursor.advance();
            }
        } catch (DamagedIndexException e) {
            throw reported(e);
        }
        return shown;
    }

    /**
     * Entries of majors below no longer count, those added later included; runs that hold no others are deleted at a save. Call it
     * after the adds that it follows from: on disk it takes effect when those are saved.
     */
    public void dropMajorsBelow(long major) {
        majors.raise(major, lastSource.getAcquire());
    }

    /** The lowest major that counts. */
    public long majorsFrom() {
        return majors.current();
    }

    /** The same for minors below. */
    public void dropMinorsBelow(long minor) {
        minors.raise(minor, lastSource.getAcquire());
    }

    /** Figures of this moment. */
    public IndexFigures figures() {
        View current = view;
        return new IndexFigures(
                MemoryTable.countFrom(current.memory),
                current.runs.stream().mapToLong(Run::entries).sum(),
                current.runs.size(),
                current.runs.stream().mapToLong(Run::bytes).sum());
    }

    /** The runs and where memory goes on: together they hold each entry. */
    private static final class View {
        private final List<Run> runs;
        private final MemoryTable.Mark memory;

        View(List<Run> runs, MemoryTable.Mark memory) {
            this.runs = runs;
            this.memory = memory;
        }
    }

    @FunctionalInterface
    private interface Opener {
        Cursor open(Run run) throws IOException;
    }

    private static Manifest load(Files files, Path directory, SnapshotFile manifestFile) {
        try {
            Optional<byte[]> content = manifestFile.load();
            if (content.isEmpty()) {
                return Manifest.EMPTY;
            }
            Manifest manifest = Manifest.decode(content.get());
            if (manifest.position() == 0) {
                return Manifest.EMPTY;
            }
            for (Run run : manifest.runs()) {
                try (DataFile file = files.open(run.in(directory))) {
                    if (file.size() != run.bytes()) {
                        throw new DamagedIndexException("index file has not the size it was written with: file="
                                + run.in(directory) + ", size=" + file.size() + ", written=" + run.bytes());
                    }
                }
            }
            return manifest;
        } catch (IOException e) {
            LOGGER.error("index is damaged, it is rebuilt from the log: directory={}", directory, e);
            return Manifest.EMPTY;
        }
    }

    private Run write(EntryArray entries) throws IOException {
        entries.sort();
        RunWriter writer = new RunWriter(files, directory, nextId++);
        for (Cursor cursor = MergingCursor.of(List.of(entries.cursor(true)), true); cursor.exists(); cursor.advance()) {
            writer.add(cursor.major(), cursor.minor(), cursor.value());
        }
        return writer.finish();
    }

    private void publish(Manifest manifest, MemoryTable.Mark rest) throws IOException {
        // The names of the runs must not be lost when the manifest that has them is not.
        files.forceDirectory(directory);
        manifestFile.save(manifest.encode());
        view = new View(manifest.runs(), rest);
        position = manifest.position();
        try {
            for (Path path : files.list(directory)) {
                if (Run.isRun(path) && !manifest.names(directory, path) && !merges.isWriting(path)) {
                    files.delete(path);
                }
            }
        } catch (IOException e) {
            LOGGER.warn("files that an index does not need any more cannot be deleted: directory={}", directory, e);
        }
    }

    /**
     * Opens all runs before anything is shown; a save may delete some of them meanwhile, then there is a newer view.
     *
     * @param touched which runs are looked into
     * @param opener how they are
     * @param selection which entries in memory are wanted; those of runs come from where the opener goes
     * @param ascending the direction of all
     */
    private Cursor open(Predicate<Run> touched, Opener opener, MemoryTable.Selection selection, boolean ascending)
            throws IOException {
        while (true) {
            View current = view;
            List<Cursor> cursors = new ArrayList<>();
            try {
                for (Run run : current.runs) {
                    if (touched.test(run)) {
                        cursors.add(opener.open(run));
                    }
                }
                EntryArray inMemory = new EntryArray();
                MemoryTable.collect(current.memory, Long.MAX_VALUE, selection, inMemory);
                inMemory.sort();
                cursors.add(inMemory.cursor(ascending));
                return MergingCursor.of(cursors, ascending);
            } catch (IOException | RuntimeException e) {
                for (Cursor cursor : cursors) {
                    cursor.close();
                }
                if (!(e instanceof NoSuchFileException)) {
                    throw e;
                }
                if (view == current) {
                    throw new DamagedIndexException("index file is missing: file=" + e.getMessage()
                            + "; the index is rebuilt from the log when the broker is started again");
                }
            }
        }
    }

    private DamagedIndexException reported(DamagedIndexException e) {
        damaged = true;
        LOGGER.error(e.getMessage());
        return e;
    }
}
