package io.ternmq.client.internal.group;

import io.ternmq.client.ClientConfig;
import java.util.List;

/** That a group is in use in an application, which mostly is the only one of its JVM. Clients that reach the same cluster by other settings count as the same. */
record GroupClaim(List<String> nameServers, String instanceName, String scope, String kind, String group) {

    GroupClaim(ClientConfig config, String kind, String group) {
        this(config.nameServers(), config.instanceName(), config.scope(), kind, group);
    }
}
