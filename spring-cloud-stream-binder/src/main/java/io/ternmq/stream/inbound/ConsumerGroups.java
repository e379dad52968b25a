package io.ternmq.stream.inbound;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.QueueShare;
import io.ternmq.stream.provisioning.TopicProvisioner;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The groups that an application's bindings consume in. The broker shares a topic's queues out to all members of a group, whether they subscribe to that topic or
 * not; so the bindings of one group are one member, which subscribes to all their topics. Thread-safe.
 */
public final class ConsumerGroups {

    /** Is told when a group begins or ceases to consume a topic here; on the thread that starts or stops a binding. */
    public interface Watcher {

        /** Somebody who does not want to know. */
        Watcher NOBODY = new Watcher() {
            @Override
            public void joined(String group, String topic) {}

            @Override
            public void left(String group, String topic) {}
        };

        /** A binding of the group consumes the topic now. */
        void joined(String group, String topic);

        /** None does any more. */
        void left(String group, String topic);
    }

    private record Key(String group, @Nullable QueueShare share) {}

    private final ClientConfig client;
    private final TopicProvisioner provisioner;
    private final Watcher watcher;
    private final Map<Key, GroupMember> members = new HashMap<>();

    public ConsumerGroups(ClientConfig client, TopicProvisioner provisioner, Watcher watcher) {
        this.watcher = watcher;
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
            receiver.topics().forEach(topic -> watcher.joined(settings.group(), topic));
        }
    }

    /** Lets a binding rest; its queues stay this application's. */
    void pause(GroupSettings settings, Receiver receiver) {
        synchronized (members) {
            GroupMember member = members.get(new Key(settings.group(), settings.share()));
            if (member != null) {
                member.pause(receiver);
            }
        }
    }

    /** Ends {@link #pause}. */
    void resume(GroupSettings settings, Receiver receiver) {
        synchronized (members) {
            GroupMember member = members.get(new Key(settings.group(), settings.share()));
            if (member != null) {
                member.resume(receiver);
            }
        }
    }

    /** The topics that are consumed here, by group. */
    public Map<String, Set<String>> topicsByGroup() {
        Map<String, Set<String>> topics = new TreeMap<>();
        synchronized (members) {
            members.forEach((key, member) ->
                    topics.computeIfAbsent(key.group(), none -> new TreeSet<>()).addAll(member.topics()));
        }
        return topics;
    }

    /** Ends a binding; returns when nothing of it is being handled any more. */
    void leave(GroupSettings settings, Receiver receiver) {
        Key key = new Key(settings.group(), settings.share());
        synchronized (members) {
            GroupMember member = members.get(key);
            if (member != null && member.leave(receiver)) {
                members.remove(key);
            }
            Set<String> left = new TreeSet<>(receiver.topics());
            left.removeAll(topicsByGroup().getOrDefault(settings.group(), Set.of()));
            left.forEach(topic -> watcher.left(settings.group(), topic));
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
        return client.withInstanceName(name);
    }
}
