package io.ternmq.broker.queue;

import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one file with the newest entries of all queues that have few: with a file of each to force, a checkpoint over ten thousand
 * queues would take the disk for many seconds.
 *
 * <p>Its content is the log offset of the checkpoint it belongs to (8 bytes), then each tail: topic length (2), topic, queue id (4),
 * first offset of the queue (8), first offset here (8), length of the entries in bytes (4), entries.
 */
final class QueueTails {
    private static final Logger LOGGER = LoggerFactory.getLogger(QueueTails.class);

    private final SnapshotFile file;

    QueueTails(SnapshotFile file) {
        this.file = file;
    }

    /**
     * What was saved.
     *
     * @param position the checkpoint it belongs to; -1 if nothing was
     */
    record Saved(long position, List<QueueTail> tails) {}

    void save(long position, List<QueueTail> tails) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(position);
            for (QueueTail tail : tails) {
                byte[] topic = tail.topic().getBytes(StandardCharsets.UTF_8);
                out.writeShort(topic.length);
                out.write(topic);
                out.writeInt(tail.queueId());
                out.writeLong(tail.queueFirst());
                out.writeLong(tail.first());
                out.writeInt(tail.entries().length);
                out.write(tail.entries());
            }
        }
        file.save(bytes.toByteArray());
    }

    /** What was saved last; nothing if that cannot be read, for the log has it all. */
    Saved load() {
        Optional<byte[]> content;
        try {
            content = file.load();
        } catch (IOException e) {
            LOGGER.error("ends of consume queues cannot be read, they are made anew from the log", e);
            content = Optional.empty();
        }
        if (content.isEmpty()) {
            return new Saved(-1, List.of());
        }
        ByteBuffer in = ByteBuffer.wrap(content.get());
        long position = in.getLong();
        List<QueueTail> tails = new ArrayList<>();
        while (in.hasRemaining()) {
            String topic = new String(bytes(in, in.getShort()), StandardCharsets.UTF_8);
            tails.add(new QueueTail(topic, in.getInt(), in.getLong(), in.getLong(), bytes(in, in.getInt())));
        }
        return new Saved(position, tails);
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
