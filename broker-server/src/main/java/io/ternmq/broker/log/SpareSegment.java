package io.ternmq.broker.log;

import io.ternmq.broker.file.DataFile;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file full of zeros that stands ready to become the next segment. To force bytes that were written over others brings just these
 * bytes to disk; to force a file that grows waits for the file system's journal too.
 *
 * <p>{@link #grow} and {@link #discard} are for one thread at a time, {@link #become} is for the appender.
 */
final class SpareSegment {
    static final String NAME = "spare";

    private static final Logger LOGGER = LoggerFactory.getLogger(SpareSegment.class);
    private static final int MOST_AT_ONCE = 1 << 20;

    private final Files files;
    private final Path path;
    private final int bytes;
    private final int step;

    private @Nullable DataFile file;
    private long written;
    private volatile boolean ready;

    SpareSegment(Files files, Path directory, int segmentBytes) {
        this.files = files;
        this.path = directory.resolve(NAME);
        this.bytes = segmentBytes;
        this.step = Math.min(MOST_AT_ONCE, Math.max(1, segmentBytes / 4));
    }

    boolean isReady() {
        return ready;
    }

    /** Brings some more zeros to disk, little enough that others who use the disk hardly notice; does nothing once it is ready. */
    void grow() throws IOException {
        if (ready) {
            return;
        }
        try {
            DataFile target = open();
            int count = (int) Math.min(step, bytes - written);
            target.write(written, ByteBuffer.allocate(count));
            target.force();
            written += count;
            if (written == bytes) {
                close();
                ready = true;
            }
        } catch (IOException e) {
            discard();
            throw e;
        }
    }

    /** Takes the name of a segment; false if it is not ready. The directory must be forced then. */
    boolean become(Path segment) throws IOException {
        if (!ready) {
            return false;
        }
        files.rename(path, segment);
        written = 0;
        ready = false;
        return true;
    }

    /** Forgets it, and gives its space back if that can be done. */
    void discard() {
        ready = false;
        try {
            close();
            files.delete(path);
        } catch (IOException e) {
            LOGGER.warn("file that was to become a segment stays behind: file={}", path, e);
        }
    }

    private DataFile open() throws IOException {
        DataFile open = file;
        if (open == null) {
            open = files.openOrCreate(path);
            file = open;
            open.resize(0);
            written = 0;
        }
        return open;
    }

    private void close() throws IOException {
        DataFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
