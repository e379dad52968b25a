package io.ternmq.stream.inbound;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.QueueShare;
import io.ternmq.stream.provisioning.TopicProvisioner;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The groups that an application's bindings consume in. The broker shares a topic's queues out to all members of a group, whether they subscribe to that topic or
 * not; so the bindings of one group are one member, which subscribes to all their topics. Thread-safe.
 */
public final class ConsumerGroups {

    private record Key(String group, @Nullable QueueShare share) {}

    private final ClientConfig client;
    private final TopicProvisioner provisioner;
    private final Map<Key, GroupMember> members = new HashMap<>();

    public ConsumerGroups(ClientConfig client, TopicProvisioner provisioner) {
        this.client = client;
        this.provisioner = provisioner;
    }

    /**
     * Lets a binding receive. Returns when its queues are assigned, and it is settled where it begins in them.
     *
     * @throws IllegalStateException if other bindings of the group have other settings
     */
    void join(GroupSettings settings, Receiver receiver) {
        Key key = new Key(settings.group(), settings.share());
        synchronized (members) {
            GroupMember member = members.get(key);
            if (member == null) {
                GroupMember fresh = new GroupMember(settings, ownClient(settings), provisioner);
                fresh.join(receiver);
                members.put(key, fresh);
            } else {
                member.requireSame(settings, receiver);
                member.join(receiver);
            }
        }
    }

    /** Ends a binding; returns when nothing of it is being handled any more. */
    void leave(GroupSettings settings, Receiver receiver) {
        Key key = new Key(settings.group(), settings.share());
        synchronized (members) {
            GroupMember member = members.get(key);
            if (member != null && member.leave(receiver)) {
                members.remove(key);
            }
        }
    }

    /** Members of one group need clients of their own. */
    private ClientConfig ownClient(GroupSettings settings) {
        QueueShare share = settings.share();
        if (share == null) {
            return client;
        }
        String name = (client.instanceName().isEmpty() ? "" : client.instanceName() + "-") + "share-"
                + share.hands().toString().replaceAll("[^0-9]+", "-").replaceAll("^-|-$", "");
        return new ClientConfig(
                client.nameServers(),
                name,
                client.credentials(),
                client.tls(),
                client.requestTimeout(),
                client.trace());
    }
}
