package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import org.jspecify.annotations.Nullable;

/** Header of UNREGISTER_CLIENT (code 35): the client leaves the groups that are named. */
public record UnregisterHeader(
        String clientId,
        @Nullable String producerGroup,
        @Nullable String consumerGroup) {
    /** Reads the fields. */
    public static UnregisterHeader decode(Fields fields) throws CommandException {
        return new UnregisterHeader(
                fields.require("clientID"), fields.get("producerGroup"), fields.get("consumerGroup"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("clientID", clientId)
                .put("producerGroup", producerGroup)
                .put("consumerGroup", consumerGroup)
                .build();
    }
}
