package io.ternmq.client;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer with listeners is doing.
 *
 * @param clientId what it calls itself to brokers; empty if it is not started
 * @param suspended whether it rests
 * @param queues the queues that it has, those of its retry topic among them; none if its messages are popped
 * @param cachedMessages messages that it holds, those among them that its listeners are busy with
 * @param cachedBytes the size of their bodies and properties
 * @param maxCachedMessages so many stop it from fetching more
 * @param maxCachedBytes so much stops it from fetching more
 */
public record ConsumerState(
        String clientId,
        boolean suspended,
        List<Queue> queues,
        int cachedMessages,
        long cachedBytes,
        int maxCachedMessages,
        long maxCachedBytes) {

    public ConsumerState {
        queues = List.copyOf(queues);
    }

    /** Whether it fetches no more until its listeners have made room. */
    public boolean isCacheFull() {
        return cachedMessages >= maxCachedMessages || cachedBytes >= maxCachedBytes;
    }

    /** How full it is, by messages or by bytes, whichever is more: 0 to 1, and above for a moment. */
    public double cacheFill() {
        return Math.max((double) cachedMessages / maxCachedMessages, (double) cachedBytes / maxCachedBytes);
    }

    /**
     * A queue that it has.
     *
     * @param queue which one
     * @param nextOffset offset before which everything is consumed
     * @param cachedMessages messages of it that are held
     * @param locked whether its lock is held, to consume in order
     * @param lastPulled when messages of it came last, or {@code null}
     * @param lastConsumed when the last messages that came were all consumed, or {@code null}
     */
    public record Queue(
            TopicPartition queue,
            long nextOffset,
            int cachedMessages,
            boolean locked,
            @Nullable Instant lastPulled,
            @Nullable Instant lastConsumed) {}
}
