package io.ternmq.broker.snapshot;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file of state that is replaced as a whole: after a crash it holds either the old or the new content, never a mixture.
 * The previous version is kept beside it as {@code name.previous}; a damaged file falls back to that.
 *
 * <p>A save writes {@code name.new}, renames the file to the previous version, and the new one to the file. A process that is killed
 * between the two leaves no file, but a complete new version: that one holds then, and the next save finishes what was begun.
 *
 * <p>Format: the line {@code ternmq-snapshot crc32c=xxxxxxxx length=n}, then the content as given. Safe for any thread;
 * saves are serialised.
 */
public final class SnapshotFile {
    private static final Logger LOGGER = LoggerFactory.getLogger(SnapshotFile.class);
    private static final String MARK = "ternmq-snapshot crc32c=";
    private static final int MAX_HEAD = 64;

    private final Files files;
    private final Path path;
    private final Path previous;
    private final Path temporary;
    /** Only content known to be good may become the previous version. */
    private boolean currentIsGood;
    /** Whether the current content, as it was loaded, still has its temporary name. */
    private boolean currentIsTemporary;

    /** For the file at {@code path}, which need not exist; its directory must, before the first save. */
    public SnapshotFile(Files files, Path path) {
        this.files = files;
        this.path = path;
        this.previous = path.resolveSibling(path.getFileName() + ".previous");
        this.temporary = path.resolveSibling(path.getFileName() + ".new");
    }

    /**
     * The content last saved; empty if there never was one.
     *
     * @throws IOException if neither the file nor its previous version can be read
     */
    public synchronized Optional<byte[]> load() throws IOException {
        byte @Nullable [] current = null;
        String damage = "is missing";
        try {
            current = read(path);
        } catch (IOException e) {
            damage = String.valueOf(e.getMessage());
        }
        currentIsGood = current != null;
        currentIsTemporary = false;
        if (current != null) {
            return Optional.of(current);
        }
        boolean damaged = files.exists(path);
        byte @Nullable [] interrupted = damaged ? null : readInterrupted();
        currentIsTemporary = interrupted != null;
        if (interrupted != null) {
            return Optional.of(interrupted);
        }
        byte @Nullable [] older;
        try {
            older = read(previous);
        } catch (IOException e) {
            throw new IOException(
                    "state file and its previous version are damaged: file=" + path + ", reason=" + damage
                            + ", previous=" + e.getMessage()
                            + "; restore the file from a copy, or delete both to start without it",
                    e);
        }
        if (older != null) {
            LOGGER.error(
                    "state file {}; going on with the previous version: file={}, previous={}", damage, path, previous);
            return Optional.of(older);
        }
        if (damaged) {
            throw new IOException("state file is damaged and has no previous version: file=" + path + ", reason="
                    + damage + "; restore the file from a copy, or delete it to start without it");
        }
        return Optional.empty();
    }

    /**
     * Replaces the content; it is on disk when this returns. If this throws, the old content still holds; only if the disk refuses to
     * take back what was begun, too, the next load may find either.
     */
    public synchronized void save(byte[] content) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(content);
        byte[] head = (MARK + String.format("%08x", crc.getValue()) + " length=" + content.length + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(head.length + content.length);
        bytes.put(head).put(content).flip();
        if (currentIsTemporary) {
            nameCurrent();
        }
        try (DataFile file = files.openOrCreate(temporary)) {
            file.resize(0);
            file.write(0, bytes);
            file.force();
        }
        boolean replaces = currentIsGood;
        if (replaces) {
            files.rename(path, previous);
            currentIsGood = false;
        }
        try {
            files.rename(temporary, path);
        } catch (IOException e) {
            takeBack(replaces, e);
            throw e;
        }
        currentIsGood = true;
        forceDirectory();
    }

    private void nameCurrent() throws IOException {
        files.rename(temporary, path);
        currentIsTemporary = false;
        currentIsGood = true;
        forceDirectory();
    }

    /** The caller goes on with the old content, so the next load must find that and not the new one. */
    private void takeBack(boolean replaced, IOException failure) {
        try {
            if (replaced) {
                files.rename(previous, path);
                currentIsGood = true;
            } else {
                files.delete(temporary);
            }
            forceDirectory();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void forceDirectory() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            files.forceDirectory(directory);
        }
    }

    /** What a save had written that was interrupted between its two renamings; without a previous version there was no first one. */
    private byte @Nullable [] readInterrupted() {
        try {
            return files.exists(previous) ? read(temporary) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private byte @Nullable [] read(Path source) throws IOException {
        if (!files.exists(source)) {
            return null;
        }
        try (DataFile file = files.open(source)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(0, bytes);
            return content(bytes.array());
        }
    }

    private static byte[] content(byte[] bytes) throws IOException {
        int lineEnd = 0;
        while (lineEnd < bytes.length && lineEnd < MAX_HEAD && bytes[lineEnd] != '\n') {
            lineEnd++;
        }
        String head = new String(bytes, 0, lineEnd, StandardCharsets.US_ASCII);
        int length = bytes.length - lineEnd - 1;
        CRC32C crc = new CRC32C();
        crc.update(bytes, Math.min(lineEnd + 1, bytes.length), Math.max(length, 0));
        String expected = MARK + String.format("%08x", crc.getValue()) + " length=" + length;
        if (!head.equals(expected)) {
            throw new IOException("is damaged (found '" + head + "', expected '" + expected + "')");
        }
        byte[] content = new byte[length];
        System.arraycopy(bytes, lineEnd + 1, content, 0, length);
        return content;
    }
}
