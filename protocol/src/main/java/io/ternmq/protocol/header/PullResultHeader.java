package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;

/**
 * Header of the answer to a pull; clients demand it for the codes 0, 19, 20 and 21 alike.
 *
 * @param suggestedBroker broker id to pull from next
 * @param nextOffset where to go on
 */
public record PullResultHeader(long suggestedBroker, long nextOffset, long minOffset, long maxOffset) {
    /** Reads the fields. */
    public static PullResultHeader decode(Fields fields) throws CommandException {
        return new PullResultHeader(
                fields.requireLong("suggestWhichBrokerId"),
                fields.requireLong("nextBeginOffset"),
                fields.requireLong("minOffset"),
                fields.requireLong("maxOffset"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("suggestWhichBrokerId", suggestedBroker)
                .put("nextBeginOffset", nextOffset)
                .put("minOffset", minOffset)
                .put("maxOffset", maxOffset)
                .build();
    }
}
