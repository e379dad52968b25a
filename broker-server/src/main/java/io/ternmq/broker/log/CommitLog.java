package io.ternmq.broker.log;

import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sequence of records without end, in segment files named by the 20-digit log offset of their first byte. A record that does
 * not fit into a segment goes whole into the next one, which is named by where the last one really ended: offsets have no gaps,
 * and there is no filler. Behind each record is its checksum, see {@link Records}; a record that fails it is reported once, counted,
 * and treated as if it were not there.
 *
 * <p>{@link #append} is for one thread at a time (the caller has a lock); {@link #force} for one other at a time; everything else
 * for any thread. Readers see what was appended, so it is for the caller to show only what is committed.
 */
public final class CommitLog implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CommitLog.class);
    private static final int NAME_LENGTH = 20;
    private static final int REWRITTEN_AT_ONCE = 1 << 20;
    /** The part of a segment. */
    private static final int APPENDED_BEFORE_A_SPARE = 16;

    private final Files files;
    private final Path directory;
    private final int segmentBytes;
    private final SpareSegment spare;
    private final DamageLog damage = new DamageLog();

    /** In order of their bases, never empty once recovered. Replaced as a whole, guarded by this. */
    private volatile Segment[] segments;

    private volatile long end;
    private volatile long durable;
    /** Where the log ended when it was opened. */
    private volatile long openedAt;
    /** A file was created or deleted since the directory was forced. */
    private final AtomicBoolean directoryChanged = new AtomicBoolean();
    /**
     * Files that do not belong to the log any more, or not yet. One that stayed would hide the records of the segment before it from
     * the next start, so nothing is appended while there are any. Guarded by the append lock.
     */
    private final Deque<Path> abandoned = new ArrayDeque<>();

    private CommitLog(Files files, Path directory, int segmentBytes, List<Segment> segments) {
        this.files = files;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.spare = new SpareSegment(files, directory, segmentBytes);
        this.segments = segments.toArray(Segment[]::new);
    }

    /** Opens what is in the directory, without looking into the files; {@link #recover} must follow before the first append. */
    public static CommitLog open(Files files, Path directory, int segmentBytes) throws IOException {
        files.createDirectories(directory);
        List<Segment> found = new ArrayList<>();
        for (Path path : files.list(directory)) {
            String name = String.valueOf(path.getFileName());
            if (isSegment(path)) {
                Segment segment = Segment.load(files, path, Long.parseLong(name), segmentBytes);
                if (!found.isEmpty()) {
                    Segment before = found.get(found.size() - 1);
                    before.endsAt(Math.min(before.end(), segment.base()));
                }
                found.add(segment);
            } else if (!name.equals(SpareSegment.NAME)) {
                LOGGER.warn("file does not belong to the commit log and is ignored: file={}", path);
            }
        }
        return new CommitLog(files, directory, segmentBytes, found);
    }

    /** Whether a file is a part of the log, by its name. */
    public static boolean isSegment(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.length() == NAME_LENGTH && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /**
     * Goes on where a clean stop ended.
     *
     * @throws CorruptLogException if the files do not hold all of it
     */
    public void resume(long cleanEnd) throws IOException {
        Segment[] all = segments;
        if (all.length == 0) {
            if (cleanEnd > 0) {
                LOGGER.error(
                        "commit log has no files although it ended at {}: directory={}; all messages are lost, going"
                                + " on",
                        cleanEnd,
                        directory);
            }
            startAt(cleanEnd);
            return;
        }
        checkContiguous(all, cleanEnd);
        Segment last = all[all.length - 1];
        if (last.end() < cleanEnd || last.base() > cleanEnd) {
            throw new CorruptLogException(
                    last.path(), last.end() - last.base(), last.end(), "it should end at log offset " + cleanEnd);
        }
        if (last.end() > cleanEnd) {
            last.cut(cleanEnd);
        }
        openAt(cleanEnd);
    }

    /**
     * Finds the end of the log after a crash: checks record by record from {@code from} on, shows each to the visitor, and cuts
     * the log where the first one is missing or torn. What is left is forced to disk. Damage before {@code knownDurable} that has
     * sound records behind it is no mark of a crash: it is reported and skipped.
     *
     * @param from a record's start; what is before was checked earlier
     * @param knownDurable everything before was once forced; -1 if that is not known
     * @throws CorruptLogException if the log ends before {@code knownDurable}: going on there would give offsets of lost messages
     *     to new ones
     */
    public void recover(long from, long knownDurable, RecordVisitor visitor) throws IOException {
        if (segments.length == 0) {
            if (knownDurable > 0) {
                LOGGER.error(
                        "commit log has no files although it reached {}: directory={}; all messages are lost, going on",
                        knownDurable,
                        directory);
            }
            startAt(Math.max(from, knownDurable));
            return;
        }
        if (knownDurable >= 0 && segments[0].base() > Math.max(from, knownDurable)) {
            // The power went before the entry of the first file in its directory was on disk: nothing was acknowledged.
            cutAll(Math.max(from, knownDurable));
            return;
        }
        checkContiguous(segments, from);
        long position = Math.max(from, segments[0].base());
        for (int i = 0; i < segments.length; i++) {
            Segment segment = segments[i];
            boolean last = i == segments.length - 1;
            if (!last && segments[i + 1].base() <= position) {
                continue;
            }
            position = scan(segment, Math.max(position, segment.base()), knownDurable, visitor);
            if (last || position != segments[i + 1].base()) {
                cutAfterCrash(i, position, knownDurable);
                break;
            }
        }
        long inDoubt = Math.max(from, knownDurable);
        for (Segment segment : segments) {
            if (segment.end() > inDoubt) {
                // Written anew, for the process before may have seen a force fail: the system then shows bytes that
                // it has given up.
                rewrite(segment, Math.max(inDoubt, segment.base()));
                segment.forceFrom(inDoubt);
                segment.force();
            }
        }
        files.forceDirectory(directory);
        openAt(position);
    }

    /** Where the next record of this size will start; goes on in a new segment if need be. For the appender. */
    public long positionFor(int bytes) throws IOException {
        deleteAbandoned();
        Segment active = active();
        if (!active.hasRoomFor(bytes) || (active.isSlowToForce() && spare.isReady())) {
            roll(active);
        }
        return end;
    }

    /**
     * Does a part of the work for a next segment that is fast to force, once as much was appended as tells that the work will pay. For
     * one thread, beside the appender.
     *
     * @return whether there is more to do
     * @throws IOException if the disk does not take it; nothing is left of it then
     */
    public boolean prepareNext() throws IOException {
        if (spare.isReady() || end - openedAt < segmentBytes / APPENDED_BEFORE_A_SPARE) {
            return false;
        }
        spare.grow();
        return !spare.isReady();
    }

    /**
     * Appends records, whole, at {@link #end()}. If this throws, nothing was appended. For the appender, after
     * {@link #positionFor} of their size.
     */
    public void append(ByteBuffer records) throws IOException {
        Segment active = active();
        long newEnd = end + records.remaining();
        active.append(records);
        end = newEnd;
    }

    /** Takes back what was appended after {@code newEnd}. Must not be below what readers were shown. For the appender. */
    public void takeBack(long newEnd) throws IOException {
        synchronized (this) {
            int keep = segments.length;
            while (keep > 1 && segments[keep - 1].base() > newEnd) {
                keep--;
                abandon(segments[keep].path());
                segments[keep].closeFile();
            }
            segments = Arrays.copyOf(segments, keep);
        }
        end = newEnd;
        deleteAbandoned();
        active().cut(newEnd);
    }

    /**
     * Makes everything that was appended before the call durable, and returns the log offset up to which it is. After a failure
     * the range from {@link #durable()} on is in doubt: a second force would succeed and prove nothing, so the caller must take it
     * back or {@link #rewriteInDoubt} it.
     */
    public long force() throws IOException {
        Segment[] all = segments;
        long reached = durable;
        for (int i = firstIndexNotForced(all); i < all.length; i++) {
            Segment segment = all[i];
            boolean sealed = i < all.length - 1;
            segment.force();
            reached = Math.max(reached, segment.forcedEnd());
            if (sealed) {
                segment.closeFile();
            }
        }
        forceDirectoryIfChanged();
        durable = reached;
        return reached;
    }

    /** After a failed force: reads back all that is not durable, checks it, and writes it anew. A force must follow. */
    public void rewriteInDoubt() throws IOException {
        long position = durable;
        while (position < end) {
            Segment segment = segmentOf(position);
            if (segment == null) {
                throw new IOException("log range to rewrite is gone: logOffset=" + position);
            }
            ByteBuffer rest = segment.slice(position, (int) (segment.end() - position));
            if (!Records.isSound(rest, position)) {
                throw new CorruptLogException(
                        segment.path(), position - segment.base(), position, "a record was lost by a failed force");
            }
            int size = Records.footprint(Records.size(rest));
            segment.rewrite(position, rest.slice(0, size));
            position += size;
        }
        directoryChanged.set(true);
        for (Segment segment : segments) {
            segment.forceFrom(durable);
        }
    }

    /** A view of the sound record that starts at this offset; empty if none does. Anybody may ask for any offset. */
    public Optional<ByteBuffer> record(long offset) throws IOException {
        Segment segment = segmentOf(offset);
        if (segment == null || offset + 4 > segment.end()) {
            return Optional.empty();
        }
        int size = segment.slice(offset, 4).getInt(0);
        if (size < 4 || Records.footprint(size) > segment.end() - offset) {
            return Optional.empty();
        }
        ByteBuffer bytes = segment.slice(offset, Records.footprint(size));
        return Records.isPlausible(bytes, offset) ? sound(segment, offset, bytes) : Optional.empty();
    }

    /**
     * A view of the record of this size that starts at this offset, as an index says; empty if it was deleted or is damaged. The
     * latter is reported.
     */
    public Optional<ByteBuffer> record(long offset, int size) throws IOException {
        Segment segment = segmentOf(offset);
        if (segment == null || size <= 0 || offset + Records.footprint(size) > segment.end()) {
            return Optional.empty();
        }
        return sound(segment, offset, segment.slice(offset, Records.footprint(size)));
    }

    private Optional<ByteBuffer> sound(Segment segment, long offset, ByteBuffer bytes) {
        if (Records.isSound(bytes, offset)) {
            return Optional.of(bytes.slice(0, Records.size(bytes)));
        }
        damage.damaged(segment.path(), offset - segment.base(), offset, bytes.limit());
        return Optional.empty();
    }

    /** How many damaged places were found since the log was opened. */
    public long damagedRecords() {
        return damage.count();
    }

    /** Checks every record from the start up to {@code to}, goes on behind damage, and shows both. */
    public void verify(long to, RecordVisitor records, DamageVisitor damages) throws IOException {
        for (Segment segment : segments) {
            long limit = Math.min(to, segment.end());
            long reached = walk(segment, to).go(segment.base(), limit, records, damages);
            if (reached < limit) {
                damages.damaged(segment.path(), reached - segment.base(), reached, limit - reached);
            }
        }
    }

    /** Shows the sound records from {@code from} on, a record's start, up to {@code to}. Damage is reported and skipped. */
    public void replay(long from, long to, RecordVisitor visitor) throws IOException {
        for (Segment segment : segments) {
            long limit = Math.min(to, segment.end());
            if (from < limit) {
                walk(segment, to).go(Math.max(from, segment.base()), limit, visitor, damage);
            }
        }
    }

    /** First offset that is kept; 0 if there is none yet. */
    public long start() {
        Segment[] all = segments;
        return all.length == 0 ? 0 : all[0].base();
    }

    /** Where the next record will start. */
    public long end() {
        return end;
    }

    /** Everything before is known to be on disk. */
    public long durable() {
        return durable;
    }

    /** Whether the files end exactly here, as a clean stop leaves them and no append does. */
    public boolean endsExactlyAt(long offset) {
        return segments.length == 0 ? offset == 0 : active().end() == offset;
    }

    /** Number of files. */
    public int segmentCount() {
        return segments.length;
    }

    /** Where the oldest segment ends if it may be deleted: it is not the one that is written. Else -1. */
    public long endOfOldestSealed() {
        Segment[] all = segments;
        return all.length > 1 ? all[1].base() : -1;
    }

    /** Deletes the oldest segment, unless it is the one that is written. Views of it stay valid. If this throws, it may be there. */
    public void deleteOldest() throws IOException {
        Segment oldest = segments[0];
        if (segments.length < 2) {
            return;
        }
        // What was deleted before must be gone for good first: a crash may bring this one back, but must leave no
        // hole behind.
        forceDirectoryIfChanged();
        remove(oldest);
        synchronized (this) {
            segments = Arrays.copyOfRange(segments, 1, segments.length);
        }
        forceDirectoryIfChanged();
    }

    /** Forces everything and closes the files; views stay valid. */
    @Override
    public void close() throws IOException {
        spare.discard();
        try {
            if (segments.length > 0) {
                active().seal();
                force();
            }
        } finally {
            for (Segment segment : segments) {
                segment.closeFile();
            }
        }
    }

    private static void rewrite(Segment segment, long from) throws IOException {
        for (long at = from; at < segment.end(); at += REWRITTEN_AT_ONCE) {
            segment.rewrite(at, segment.slice(at, (int) Math.min(REWRITTEN_AT_ONCE, segment.end() - at)));
        }
    }

    private long scan(Segment segment, long from, long knownDurable, RecordVisitor visitor) throws IOException {
        return walk(segment, knownDurable).go(Math.min(from, segment.end()), segment.end(), visitor, damage);
    }

    private RecordWalk walk(Segment segment, long knownDurable) {
        return new RecordWalk(segment, segment != active(), knownDurable);
    }

    private void cutAfterCrash(int index, long position, long knownDurable) throws IOException {
        Segment segment = segments[index];
        if (position < knownDurable) {
            throw new CorruptLogException(
                    segment.path(), position - segment.base(), position, "a record that was on disk fails its check");
        }
        for (int i = segments.length - 1; i > index; i--) {
            LOGGER.warn(
                    "commit log file follows a torn record and was never acknowledged, deleting it: file={}",
                    segments[i].path());
            remove(segments[i]);
        }
        segments = Arrays.copyOf(segments, index + 1);
        if (hasContent(segment, position)) {
            LOGGER.warn(
                    "commit log had a torn tail, cut off: file={}, position={}",
                    segment.path(),
                    position - segment.base());
        }
        segment.cut(position);
    }

    private void cutAll(long start) throws IOException {
        for (int i = segments.length - 1; i >= 0; i--) {
            LOGGER.warn(
                    "commit log file follows one that is missing and was never acknowledged, deleting it: file={}",
                    segments[i].path());
            remove(segments[i]);
        }
        startAt(start);
    }

    private static boolean hasContent(Segment segment, long position) throws IOException {
        int probe = (int) Math.min(segment.end() - position, 4096);
        ByteBuffer bytes = segment.slice(position, probe);
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                return true;
            }
        }
        return false;
    }

    private static void checkContiguous(Segment[] all, long end) throws IOException {
        for (int i = 1; i < all.length; i++) {
            if (all[i - 1].end() != all[i].base() && all[i].base() <= end) {
                throw new CorruptLogException(
                        all[i - 1].path(),
                        all[i - 1].end() - all[i - 1].base(),
                        all[i - 1].end(),
                        "the file ends before the next begins");
            }
        }
    }

    private void startAt(long offset) throws IOException {
        segments = new Segment[] {Segment.create(files, directory, offset, segmentBytes, spare)};
        directoryChanged.set(true);
        openAt(offset);
    }

    private void openAt(long offset) {
        end = offset;
        durable = offset;
        openedAt = offset;
        // Another process may have left one.
        spare.discard();
    }

    private void roll(Segment full) throws IOException {
        // Most often done by now. A crash must not leave this segment without the one before.
        forceDirectoryIfChanged();
        Segment next = create(end);
        try {
            full.seal();
        } catch (IOException e) {
            // Only the space of its extension stays taken; the next segment's name tells where it ends.
            LOGGER.warn("commit log file could not be shortened to its content: file={}", full.path(), e);
        }
        synchronized (this) {
            Segment[] longer = Arrays.copyOf(segments, segments.length + 1);
            longer[segments.length] = next;
            segments = longer;
        }
    }

    private Segment create(long base) throws IOException {
        directoryChanged.set(true);
        try {
            return Segment.create(files, directory, base, segmentBytes, spare);
        } catch (IOException e) {
            abandon(Segment.pathIn(directory, base));
            throw e;
        }
    }

    private void abandon(Path file) {
        abandoned.add(file);
    }

    private void deleteAbandoned() throws IOException {
        Path file;
        while ((file = abandoned.peek()) != null) {
            // The next force makes that durable before it calls anything so that was appended since.
            directoryChanged.set(true);
            files.delete(file);
            abandoned.remove();
        }
    }

    /** Under a lock of its own: who finds that another has just begun must wait until it is done. */
    private void forceDirectoryIfChanged() throws IOException {
        synchronized (directoryChanged) {
            if (directoryChanged.getAndSet(false)) {
                try {
                    files.forceDirectory(directory);
                } catch (IOException e) {
                    directoryChanged.set(true);
                    throw e;
                }
            }
        }
    }

    private void remove(Segment segment) throws IOException {
        directoryChanged.set(true);
        segment.closeFile();
        files.delete(segment.path());
    }

    private Segment active() {
        Segment[] all = segments;
        return all[all.length - 1];
    }

    private int firstIndexNotForced(Segment[] all) {
        int i = all.length - 1;
        while (i > 0 && all[i].base() >= durable) {
            i--;
        }
        return i;
    }

    private @Nullable Segment segmentOf(long offset) {
        Segment[] all = segments;
        int low = 0;
        int high = all.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (all[middle].base() <= offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? null : all[high];
    }
}
