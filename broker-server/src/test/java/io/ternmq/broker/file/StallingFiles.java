package io.ternmq.broker.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The files of this machine on a disk that stops making anything durable while a test says so. Safe for any thread. */
public final class StallingFiles implements Files {
    private final Files files = Files.real();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** From now on whoever forces a file waits. */
    public void stall() {
        gate = new CountDownLatch(1);
    }

    /** Everything goes on. */
    public void goOn() {
        gate.countDown();
    }

    @Override
    public DataFile open(Path path) throws IOException {
        return new Stalling(files.open(path));
    }

    @Override
    public DataFile openOrCreate(Path path) throws IOException {
        return new Stalling(files.openOrCreate(path));
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        files.createDirectories(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        files.forceDirectory(directory);
    }

    @Override
    public DiskSpace space(Path path) throws IOException {
        return files.space(path);
    }

    @Override
    public Closeable lock(Path lockFile) throws IOException {
        return files.lock(lockFile);
    }

    private final class Stalling implements DataFile {
        private final DataFile file;

        Stalling(DataFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            file.write(position, source);
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            file.read(position, target);
        }

        @Override
        public ByteBuffer map(long position, int length) throws IOException {
            return file.map(position, length);
        }

        @Override
        public void force() throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the disk stalls", e);
            }
            file.force();
        }

        @Override
        public void resize(long size) throws IOException {
            file.resize(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
