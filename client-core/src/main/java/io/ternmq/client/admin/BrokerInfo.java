package io.ternmq.client.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A broker, or a group of replicas under one name.
 *
 * @param cluster the cluster it belongs to
 * @param name the broker's name
 * @param addresses address by replica id; 0 is the master
 */
public record BrokerInfo(String cluster, String name, Map<Long, String> addresses) {

    public BrokerInfo {
        addresses = Map.copyOf(addresses);
    }

    /** The address of the master, or {@code null} while there is none. */
    public @Nullable String masterAddress() {
        return addresses.get(0L);
    }
}
