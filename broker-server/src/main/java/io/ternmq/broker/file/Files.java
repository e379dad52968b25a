package io.ternmq.broker.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The directories and files the broker lives in. All access to the disk goes through here, so that a test can put a disk
 * behind it which loses, tears, fills up and fails. Safe for any thread.
 *
 * <p>Nothing here is durable until it is forced: the bytes of a file by {@link DataFile#force()}, the creation, renaming and
 * deletion of a file by {@link #forceDirectory(Path)} of the directory that holds it.
 */
public interface Files {
    /**
     * Opens an existing file for reading and writing.
     *
     * @throws java.nio.file.NoSuchFileException if it is missing
     */
    DataFile open(Path path) throws IOException;

    /** Opens a file for reading and writing, and creates it (empty) if it is missing. Its directory must exist. */
    DataFile openOrCreate(Path path) throws IOException;

    /** Whether there is a file or directory of this name. */
    boolean exists(Path path);

    /** The entries of a directory in the order of their names; none if the directory does not exist. */
    List<Path> list(Path directory) throws IOException;

    /** Creates a directory and its missing parents, durably. Does nothing if it is there. */
    void createDirectories(Path directory) throws IOException;

    /** Renames a file, replacing {@code to} atomically if it exists. Both are in one directory. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file or an empty directory. Does nothing if it is missing. */
    void delete(Path path) throws IOException;

    /** Makes creations, renames and deletions in this directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** Size of the volume that holds this existing path. */
    DiskSpace space(Path path) throws IOException;

    /**
     * Takes the lock file of a directory, for one owner on this machine; released by closing the result, or by the end of the
     * process.
     *
     * @throws DirectoryInUseException if it is held already, by this process or by another
     */
    Closeable lock(Path lockFile) throws IOException;

    /** The files of this machine. */
    static Files real() {
        return new RealFiles();
    }
}
