package io.ternmq.broker.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file. Safe for any thread; overlapping writes are the caller's to order. A thread that is interrupted while it is
 * in one of these calls completes the call and stays interrupted.
 */
public interface DataFile extends Closeable {
    /** Length in bytes. */
    long size() throws IOException;

    /**
     * Writes the remaining bytes of {@code source} at {@code position}; the file grows as needed. If this throws, any part of
     * the range may have been written.
     */
    void write(long position, ByteBuffer source) throws IOException;

    /**
     * Reads from {@code position} until {@code target} is full.
     *
     * @throws java.io.EOFException if the file ends before
     */
    void read(long position, ByteBuffer target) throws IOException;

    /**
     * A read-only view of existing bytes, which shows later writes to that range and outlives the closing and the deletion of
     * the file. The bytes must not be read again after the file was cut below them.
     */
    ByteBuffer map(long position, int length) throws IOException;

    /** Makes all bytes written so far durable. After a failure, what was written since the last success is in doubt for ever. */
    void force() throws IOException;

    /** Cuts the file, or extends it with zeros that take no space on disk. */
    void resize(long size) throws IOException;

    /** Closes the file; idempotent. */
    @Override
    void close() throws IOException;
}
