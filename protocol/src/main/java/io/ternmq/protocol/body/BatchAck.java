package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of BATCH_ACK_MESSAGE (code 200151).
 *
 * @param acks messages popped together from one queue each
 */
public record BatchAck(@Nullable String brokerName, List<Ack> acks) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public BatchAck {
        acks = acks == null ? List.of() : acks;
    }

    /**
     * Messages of one queue that were popped by one request.
     *
     * @param topic the topic that was asked for, also if the messages lie in the topic of its retries
     * @param retry 0, or 1 or 2 for the topic of retries
     * @param startOffset the offset that bit 0 stands for
     * @param bits Base64 of a bit set, little-endian: bit i acknowledges the offset {@code startOffset + i}
     */
    public record Ack(
            @JsonProperty("c") String consumerGroup,
            @JsonProperty("t") String topic,
            @JsonProperty("r") String retry,
            @JsonProperty("so") long startOffset,
            @JsonProperty("q") int queueId,
            @JsonProperty("rq") int reviveQueue,
            @JsonProperty("pt") long popTime,
            @JsonProperty("it") long invisibleMillis,
            @JsonProperty("b") String bits) {}
}
