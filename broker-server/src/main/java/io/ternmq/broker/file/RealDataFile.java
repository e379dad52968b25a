package io.ternmq.broker.file;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file behind a {@link FileChannel}. The JDK closes a channel for everybody when one thread is interrupted in it; here the
 * channel is opened again and the call repeated, so that a cancelled task cannot take the log away from the broker.
 */
final class RealDataFile implements DataFile {
    private final Path path;
    private volatile FileChannel channel;
    private volatile boolean closed;

    RealDataFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public long size() throws IOException {
        return uninterrupted(FileChannel::size);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        int start = source.position();
        uninterrupted(ch -> {
            source.position(start);
            long at = position;
            while (source.hasRemaining()) {
                at += ch.write(source, at);
            }
            return at;
        });
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
        int start = target.position();
        uninterrupted(ch -> {
            target.position(start);
            long at = position;
            while (target.hasRemaining()) {
                int n = ch.read(target, at);
                if (n < 0) {
                    throw new EOFException(
                            "file ends early: file=" + path + ", position=" + at + ", missing=" + target.remaining());
                }
                at += n;
            }
            return at;
        });
    }

    @Override
    public ByteBuffer map(long position, int length) throws IOException {
        return uninterrupted(ch -> {
            long size = ch.size();
            if (position + length > size) {
                throw new EOFException(
                        "cannot map beyond the end: file=" + path + ", end=" + (position + length) + ", size=" + size);
            }
            return ch.map(FileChannel.MapMode.READ_ONLY, position, length);
        });
    }

    @Override
    public void force() throws IOException {
        uninterrupted(ch -> {
            ch.force(false);
            return ch;
        });
    }

    @Override
    public void resize(long size) throws IOException {
        uninterrupted(ch -> {
            long current = ch.size();
            if (size < current) {
                ch.truncate(size);
            } else if (size > current) {
                // One byte at the end makes a hole before it: no blocks but the last.
                ch.write(ByteBuffer.allocate(1), size - 1);
            }
            return ch;
        });
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private interface Operation<T> {
        T on(FileChannel channel) throws IOException;
    }

    private <T> T uninterrupted(Operation<T> operation) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel current = channel;
                try {
                    return operation.on(current);
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(current, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(FileChannel failed, ClosedChannelException reason) throws IOException {
        if (closed) {
            throw reason;
        }
        if (channel == failed) {
            channel = FileChannel.open(path, READ, WRITE);
        }
    }
}
