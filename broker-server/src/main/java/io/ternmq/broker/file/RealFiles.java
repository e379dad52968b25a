package io.ternmq.broker.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of this machine, through {@link java.nio.file.Files} and {@link FileChannel}. */
final class RealFiles implements Files {
    @Override
    public DataFile open(Path path) throws IOException {
        return new RealDataFile(path, FileChannel.open(path, READ, WRITE));
    }

    @Override
    public DataFile openOrCreate(Path path) throws IOException {
        return new RealDataFile(path, FileChannel.open(path, CREATE, READ, WRITE));
    }

    @Override
    public boolean exists(Path path) {
        return java.nio.file.Files.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        if (!java.nio.file.Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = java.nio.file.Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        if (java.nio.file.Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        java.nio.file.Files.createDirectories(directory);
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        java.nio.file.Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        java.nio.file.Files.deleteIfExists(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        // Linux lets a directory be opened for reading and synced like a file.
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }

    @Override
    public DiskSpace space(Path path) throws IOException {
        FileStore store = java.nio.file.Files.getFileStore(path);
        return new DiskSpace(store.getTotalSpace(), store.getUsableSpace());
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        FileChannel channel = FileChannel.open(lockFile, CREATE, WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            Path directory = lockFile.toAbsolutePath().getParent();
            throw new DirectoryInUseException(directory == null ? lockFile : directory);
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }
}
