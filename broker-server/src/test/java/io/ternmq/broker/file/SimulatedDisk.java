package io.ternmq.broker.file;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that behaves as badly as a real one may: what was not forced is lost in parts when the power goes, it fills up,
 * it fails. Everything it does is decided by the caller or by a seed. Safe for any thread.
 *
 * <p>Each file has the image that is certain and the writes since it was last forced; {@link #losePower} applies any subset of
 * those, in any order, some of them only up to some byte or with a bit flipped. Each directory has the entries that are certain and the changes since.
 */
public final class SimulatedDisk implements Files {
    private final long capacity;
    private final Map<Path, SimulatedNode> entries = new TreeMap<>();
    private final Map<Path, SimulatedNode> certainEntries = new TreeMap<>();
    private final List<EntryChange> entryChanges = new ArrayList<>();
    private final Set<Path> directories = new HashSet<>();
    private final Set<Path> locked = new HashSet<>();

    private long used;
    private long foreign;
    private long changesUntilPowerLoss = Long.MAX_VALUE;
    private int writesToFail;
    private boolean overQuota;
    private int forcesToFail;
    private int resizesToFail;
    private int namesBeforeFailure;
    private int namesToFail;
    private @Nullable Runnable meanwhile;
    private @Nullable Consumer<String> trace;
    private long forces;

    /** With room for this many bytes. */
    public SimulatedDisk(long capacity) {
        this.capacity = capacity;
    }

    /** Tells every change from now on. */
    public synchronized void traceTo(Consumer<String> listener) {
        trace = listener;
    }

    /** Makes every call fail once this many changes were made; the one under way then is torn. */
    public synchronized void losePowerAfter(long changes) {
        changesUntilPowerLoss = changes;
    }

    /** Whether {@link #losePowerAfter} has struck. */
    public synchronized boolean isWithoutPower() {
        return changesUntilPowerLoss <= 0;
    }

    /** The power goes and comes again: of what was not forced, chance decides what is there. */
    public synchronized void losePower(Random chance) {
        int style = chance.nextInt(4);
        for (EntryChange change : entryChanges) {
            if (SimulatedNode.survives(style, chance)) {
                change.applyTo(certainEntries);
            }
        }
        entryChanges.clear();
        Set<SimulatedNode> nodes = new HashSet<>(certainEntries.values());
        certainEntries.values().forEach(node -> {
            if (nodes.remove(node)) {
                node.losePower(style, chance);
            }
        });
        restart();
    }

    /** The process is killed; the machine goes on, and nothing is lost. */
    public synchronized void killProcess() {
        certainEntries.clear();
        certainEntries.putAll(entries);
        entryChanges.clear();
        certainEntries.values().forEach(SimulatedNode::settle);
        restart();
    }

    /** The next writes fail, after writing some of their bytes. */
    public synchronized void failWrites(int count) {
        writesToFail = count;
    }

    /** The next forces of files fail, and what they were to force is lost from the disk although it can still be read. */
    public synchronized void failForces(int count) {
        forcesToFail = count;
    }

    /** The next changes of a file's size fail and do nothing. */
    public synchronized void failResizes(int count) {
        resizesToFail = count;
    }

    /** The next creations, renamings and deletions of files and forces of directories fail and do nothing. */
    public synchronized void failNames(int count) {
        failNames(0, count);
    }

    /** The same after some that succeed. */
    public synchronized void failNames(int after, int count) {
        namesBeforeFailure = after;
        namesToFail = count;
    }

    /** From now on the disk works without a fault. */
    public synchronized void heal() {
        writesToFail = 0;
        forcesToFail = 0;
        resizesToFail = 0;
        namesBeforeFailure = 0;
        namesToFail = 0;
        overQuota = false;
        meanwhile = null;
    }

    /** The next force of a file stalls, and this happens meanwhile, as if other threads did it. */
    public synchronized void stallNextForce(@Nullable Runnable event) {
        meanwhile = event;
    }

    /** No file may grow any more, although the disk has room. */
    public synchronized void setOverQuota(boolean over) {
        overQuota = over;
    }

    /** Somebody else uses this much of the disk. */
    public synchronized void setForeignBytes(long bytes) {
        foreign = bytes;
    }

    /** How often a file was forced. */
    public synchronized long forces() {
        return forces;
    }

    /** Flips one bit of a file, on the disk and in memory. */
    public synchronized void flipBit(Path path, long position, int bit) {
        SimulatedNode node = Objects.requireNonNull(entries.get(path));
        node.live.bytes[(int) position] ^= (byte) (1 << bit);
        node.settle();
    }

    /** Cuts a file, on the disk and in memory. */
    public synchronized void truncate(Path path, long size) {
        SimulatedNode node = Objects.requireNonNull(entries.get(path));
        node.live.apply(new SimulatedNode.Change(size, null), 0);
        node.settle();
    }

    /** All files with their content, to compare. */
    public synchronized Map<Path, String> fingerprint() {
        Map<Path, String> result = new TreeMap<>();
        entries.forEach((path, node) -> result.put(
                path, node.live.size + ":" + Arrays.hashCode(Arrays.copyOf(node.live.bytes, node.live.size))));
        return result;
    }

    @Override
    public synchronized DataFile open(Path path) throws IOException {
        requirePower();
        SimulatedNode node = entries.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return new SimulatedFile(path, node);
    }

    @Override
    public synchronized DataFile openOrCreate(Path path) throws IOException {
        if (!entries.containsKey(path)) {
            changeName("create", path);
            if (!directories.contains(parent(path))) {
                throw new NoSuchFileException(path.toString());
            }
            boolean ofLog = parent(path).endsWith("log");
            SimulatedNode node = new SimulatedNode(ofLog ? SimulatedNode.LOG_FILE_ROOM : 64, ofLog);
            entries.put(path, node);
            entryChanges.add(new EntryChange(parent(path), null, path, node));
        }
        return open(path);
    }

    @Override
    public synchronized boolean exists(Path path) {
        return entries.containsKey(path) || directories.contains(path);
    }

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        requirePower();
        Set<Path> children = new HashSet<>();
        entries.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .forEach(children::add);
        directories.stream().filter(path -> directory.equals(path.getParent())).forEach(children::add);
        return children.stream().sorted().toList();
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        requirePower();
        for (Path path = directory; path != null; path = path.getParent()) {
            directories.add(path);
        }
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        changeName("rename to " + to.getFileName(), from);
        SimulatedNode node = entries.remove(from);
        if (node == null) {
            throw new NoSuchFileException(from.toString());
        }
        free(entries.put(to, node));
        entryChanges.add(new EntryChange(parent(to), from, to, node));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        changeName("delete", path);
        if (directories.contains(path)) {
            if (!list(path).isEmpty()) {
                throw new IOException("directory is not empty: " + path);
            }
            directories.remove(path);
            return;
        }
        SimulatedNode node = entries.remove(path);
        if (node != null) {
            free(node);
            entryChanges.add(new EntryChange(parent(path), path, null, node));
        }
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        changeName("force directory", directory);
        entryChanges.removeIf(change -> {
            boolean inside = directory.equals(change.directory);
            if (inside) {
                change.applyTo(certainEntries);
            }
            return inside;
        });
    }

    @Override
    public synchronized DiskSpace space(Path path) {
        return new DiskSpace(capacity, Math.max(0, capacity - used - foreign));
    }

    @Override
    public synchronized Closeable lock(Path lockFile) throws IOException {
        requirePower();
        if (!locked.add(lockFile)) {
            throw new DirectoryInUseException(parent(lockFile));
        }
        return () -> unlock(lockFile);
    }

    private synchronized void unlock(Path lockFile) {
        locked.remove(lockFile);
    }

    private void restart() {
        entries.clear();
        entries.putAll(certainEntries);
        used = new HashSet<>(entries.values())
                .stream().mapToLong(node -> node.live.written).sum();
        for (Path path : entries.keySet()) {
            for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
                directories.add(parent);
            }
        }
        locked.clear();
        changesUntilPowerLoss = Long.MAX_VALUE;
        heal();
    }

    private void requirePower() throws IOException {
        if (changesUntilPowerLoss <= 0) {
            throw new IOException("power is off");
        }
    }

    private void change(String what, Path path) throws IOException {
        requirePower();
        changesUntilPowerLoss--;
        tell(what, path);
        requirePower();
    }

    private void changeName(String what, Path path) throws IOException {
        change(what, path);
        if (namesBeforeFailure > 0) {
            namesBeforeFailure--;
        } else if (namesToFail > 0) {
            namesToFail--;
            tell("failed to " + what, path);
            throw new IOException("Input/output error");
        }
    }

    private void tell(String what, Path path) {
        Consumer<String> listener = trace;
        if (listener != null) {
            listener.accept("        " + what + " " + path + (changesUntilPowerLoss <= 0 ? " as the power goes" : ""));
        }
    }

    private synchronized @Nullable Runnable takeMeanwhile() {
        Runnable event = meanwhile;
        meanwhile = null;
        return event;
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private void free(@Nullable SimulatedNode node) {
        if (node != null) {
            used -= node.live.written;
        }
    }

    /** A created ({@code from} is null), renamed or deleted ({@code to} is null) entry of a directory. */
    private record EntryChange(
            Path directory, @Nullable Path from, @Nullable Path to, SimulatedNode node) {
        void applyTo(Map<Path, SimulatedNode> target) {
            if (from != null && (to == null || target.get(from) == node)) {
                target.remove(from);
            }
            if (to != null) {
                target.put(to, node);
            }
        }
    }

    private final class SimulatedFile implements DataFile {
        private final Path path;
        private final SimulatedNode node;

        SimulatedFile(Path path, SimulatedNode node) {
            this.path = path;
            this.node = node;
        }

        @Override
        public long size() throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower();
                return node.live.size;
            }
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower();
                byte[] bytes = new byte[source.remaining()];
                source.get(bytes);
                long growth = Math.max(0, position + bytes.length - node.live.written);
                long free = overQuota ? 0 : Math.max(0, capacity - used - foreign);
                boolean full = growth > free;
                boolean fails = writesToFail > 0 || full;
                int count = bytes.length;
                if (full) {
                    count = (int) Math.max(0, bytes.length - (growth - free));
                } else if (fails) {
                    count = bytes.length / 2;
                }
                SimulatedNode.Change change = new SimulatedNode.Change(position, Arrays.copyOf(bytes, count));
                used -= node.live.written;
                node.live.apply(change, Integer.MAX_VALUE);
                used += node.live.written;
                node.changes.add(change);
                change("write " + count + " of " + bytes.length + " bytes at " + position, path);
                if (fails) {
                    writesToFail = Math.max(0, writesToFail - 1);
                    throw new IOException(
                            full
                                    ? overQuota ? "Disk quota exceeded" : "No space left on device"
                                    : "Input/output error");
                }
            }
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower();
                if (position + target.remaining() > node.live.size) {
                    throw new EOFException("file ends early: file=" + path);
                }
                target.put(node.live.bytes, (int) position, target.remaining());
            }
        }

        @Override
        public ByteBuffer map(long position, int length) throws IOException {
            synchronized (SimulatedDisk.this) {
                requirePower();
                if (position + length > node.live.size) {
                    throw new EOFException("cannot map beyond the end: file=" + path);
                }
                return ByteBuffer.wrap(node.live.bytes)
                        .slice((int) position, length)
                        .asReadOnlyBuffer();
            }
        }

        @Override
        public void force() throws IOException {
            Runnable event = takeMeanwhile();
            if (event != null) {
                forceSlowly(event);
                return;
            }
            synchronized (SimulatedDisk.this) {
                change("force", path);
                forces++;
                if (forcesToFail > 0) {
                    forcesToFail--;
                    tell("failed to force", path);
                    // The system marks the pages clean: later forces succeed and do not write them.
                    node.changes.removeIf(lost -> lost.bytes != null);
                    throw new IOException("Input/output error");
                }
                node.force();
            }
        }

        /** Only what was written before the event is sure to be on disk after it. */
        private void forceSlowly(Runnable event) throws IOException {
            List<SimulatedNode.Change> before;
            synchronized (SimulatedDisk.this) {
                before = List.copyOf(node.changes);
            }
            event.run();
            synchronized (SimulatedDisk.this) {
                change("force slowly", path);
                forces++;
                before.forEach(change -> node.certain.apply(change, Integer.MAX_VALUE));
                node.changes.removeAll(before);
            }
        }

        @Override
        public void resize(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                change("resize to " + size, path);
                if (resizesToFail > 0) {
                    resizesToFail--;
                    tell("failed to resize", path);
                    throw new IOException("Input/output error");
                }
                SimulatedNode.Change change = new SimulatedNode.Change(size, null);
                used -= node.live.written;
                node.live.apply(change, Integer.MAX_VALUE);
                used += node.live.written;
                node.changes.add(change);
            }
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
