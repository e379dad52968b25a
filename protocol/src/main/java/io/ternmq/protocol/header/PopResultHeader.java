package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Header of the answer to a pop or peek.
 *
 * @param popTime when the messages were delivered, epoch milliseconds of the broker's clock
 * @param invisibleMillis for how long nobody else gets them
 * @param reviveQueue {@link PopHandle#ORDERED} of an ordered pop, else 0
 * @param rest how many messages were left behind
 * @param startOffsets {@code retry queueId offset;…}: the first offset from each queue
 * @param messageOffsets {@code retry queueId offset,offset,…;…}: all offsets from each queue
 * @param orderCounts of ordered pops {@code retry queueId times;…}: how often the first message was delivered before
 */
public record PopResultHeader(
        long popTime,
        long invisibleMillis,
        int reviveQueue,
        long rest,
        @Nullable String startOffsets,
        @Nullable String messageOffsets,
        @Nullable String orderCounts) {

    /** Reads the fields. */
    public static PopResultHeader decode(Fields fields) throws CommandException {
        return new PopResultHeader(
                fields.requireLong("popTime"),
                fields.requireLong("invisibleTime"),
                fields.requireInt("reviveQid"),
                fields.requireLong("restNum"),
                fields.get("startOffsetInfo"),
                fields.get("msgOffsetInfo"),
                fields.get("orderCountInfo"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("popTime", popTime)
                .put("invisibleTime", invisibleMillis)
                .put("reviveQid", reviveQueue)
                .put("restNum", rest)
                .put("startOffsetInfo", startOffsets)
                .put("msgOffsetInfo", messageOffsets)
                .put("orderCountInfo", orderCounts)
                .build();
    }
}
