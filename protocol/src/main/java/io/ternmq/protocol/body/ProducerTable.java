package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** Body of the answer to GET_ALL_PRODUCER_INFO (code 328): all producers that are online, by group. */
public record ProducerTable(Map<String, List<ProducerInfo>> data) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ProducerTable {
        data = data == null ? Map.of() : data;
    }

    /**
     * A producer that is online.
     *
     * @param remoteIp host and port that it connects from
     * @param lastUpdateTimestamp its last heartbeat, epoch milliseconds
     */
    public record ProducerInfo(
            String clientId,
            @JsonProperty("remoteIP") String remoteIp,
            String language,
            int version,
            long lastUpdateTimestamp) {}
}
