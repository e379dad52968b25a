package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of the answer to QUERY_CONSUME_QUEUE (code 321): entries of a queue's index.
 *
 * @param subscriptionData what the group asked about subscribes to
 * @param minQueueIndex offset of the queue's first message
 * @param maxQueueIndex offset that the queue's next message gets
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QueueEntries(
        @Nullable SubscriptionData subscriptionData,
        @Nullable String filterData,
        List<Entry> queueData,
        long minQueueIndex,
        long maxQueueIndex) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public QueueEntries {
        queueData = queueData == null ? List.of() : queueData;
    }

    /**
     * One entry.
     *
     * @param physicOffset where the message is in the log
     * @param physicSize bytes of its record
     * @param tagsCode hash of its tag
     * @param eval whether the group's subscription lets it through
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Entry(
            long physicOffset,
            int physicSize,
            long tagsCode,
            boolean eval,
            @Nullable String msg) {}
}
