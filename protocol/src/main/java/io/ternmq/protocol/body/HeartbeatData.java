package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Set;

/**
 * Body of a heartbeat (code 34): who the client is and which groups it belongs to.
 *
 * @param heartbeatFingerprint non-zero in the shortened form of 5.x clients
 * @param withoutSub whether the subscriptions are left out and the broker is to keep those it knows
 */
public record HeartbeatData(
        @JsonProperty("clientID") String clientId,
        Set<ProducerData> producerDataSet,
        Set<ConsumerData> consumerDataSet,
        int heartbeatFingerprint,
        boolean withoutSub) {

    /** Fills in what clients leave out. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public HeartbeatData {
        producerDataSet = producerDataSet == null ? Set.of() : producerDataSet;
        consumerDataSet = consumerDataSet == null ? Set.of() : consumerDataSet;
    }
}
