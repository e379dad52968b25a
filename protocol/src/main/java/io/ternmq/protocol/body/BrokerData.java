package io.ternmq.protocol.body;

import java.util.Map;

/**
 * A broker and its addresses.
 *
 * @param brokerAddrs addresses ({@code host:port}) by broker id; 0 is the master
 */
public record BrokerData(String cluster, String brokerName, Map<Long, String> brokerAddrs, boolean enableActingMaster) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public BrokerData {
        brokerAddrs = brokerAddrs == null ? Map.of() : brokerAddrs;
    }
}
