package io.ternmq.client.internal.group;

import io.ternmq.client.ClientConfig;
import java.util.List;

/** That a group is in use in this JVM. Clients that reach the same cluster by other settings count as the same. */
record GroupClaim(List<String> nameServers, String instanceName, String kind, String group) {

    GroupClaim(ClientConfig config, String kind, String group) {
        this(config.nameServers(), config.instanceName(), kind, group);
    }
}
