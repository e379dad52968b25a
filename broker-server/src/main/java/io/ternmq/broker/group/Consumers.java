package io.ternmq.broker.group;

import io.ternmq.broker.base.Clock;
import io.ternmq.protocol.Language;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.SubscriptionData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumers that are online, by group. A client belongs to its groups from its first heartbeat until it leaves, its connection closes, or
 * it is silent for {@link #SILENCE}. Reading is lock-free, changes take one short lock; listeners are called outside of it.
 */
public final class Consumers {
    /** After this time without a heartbeat a client is dropped. */
    public static final Duration SILENCE = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(Consumers.class);

    private final Clock clock;
    private final MembershipListener listener;
    private final Map<String, ConsumerGroup> groups = new ConcurrentHashMap<>();
    private final Map<ClientConnection, Set<String>> groupsOfConnection = new HashMap<>();
    private final LongAdder conflicts = new LongAdder();

    /** Creates the registry, empty. */
    public Consumers(Clock clock, MembershipListener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /** Returns a group, or {@code null} if nobody of it is online. */
    public @Nullable ConsumerGroup find(String group) {
        return groups.get(group);
    }

    /** Returns the groups that are online. */
    public Collection<ConsumerGroup> all() {
        return List.copyOf(groups.values());
    }

    /** Returns what a group that is online wants of a topic, or {@code null}. */
    public @Nullable GroupSubscription subscription(String group, String topic) {
        ConsumerGroup found = groups.get(group);
        return found == null ? null : found.subscription(topic);
    }

    /** Returns how often members of a group have begun to disagree about what it subscribes to, since the broker's start. */
    public long conflictCount() {
        return conflicts.sum();
    }

    /**
     * Takes note of a heartbeat. One that comes over a closed connection is dropped, so that no dead member stays.
     *
     * @param keepSubscriptions whether the heartbeat leaves the subscriptions out and those known are to stay
     * @return whether the group now has the subscriptions of this client; if not, it must send a full heartbeat
     */
    public boolean heartbeat(
            ClientConnection connection,
            String clientId,
            Language language,
            int version,
            ConsumerData data,
            boolean keepSubscriptions) {
        if (!connection.isOpen()) {
            return true;
        }
        boolean changed;
        boolean newConnection;
        boolean known = true;
        ConsumerGroup group;
        synchronized (this) {
            Map<String, SubscriptionData> subscriptions = byTopic(data.subscriptionDataSet());
            group = groups.computeIfAbsent(data.groupName(), name -> new ConsumerGroup(name, data));
            group.describe(data);
            if (keepSubscriptions) {
                Member before = group.member(connection);
                known = before != null;
                subscriptions = before == null ? Map.of() : before.subscriptions();
            }
            Member member = new Member(clientId, connection, language, version, subscriptions, clock.millis());
            SubscriptionConflict before = group.conflict();
            changed = group.put(member);
            noticeConflict(group, before);
            newConnection = !groupsOfConnection.containsKey(connection);
            groupsOfConnection
                    .computeIfAbsent(connection, absent -> new HashSet<>())
                    .add(data.groupName());
        }
        if (newConnection) {
            connection.onClose(() -> closed(connection));
        }
        if (changed) {
            LOG.debug(
                    "group changed: group={}, client={}, members={}",
                    group.name(),
                    clientId,
                    group.members().size());
            notifyMembers(group);
        }
        return known;
    }

    /** Takes a client out of a group. */
    public void leave(ClientConnection connection, String groupName) {
        boolean removed;
        synchronized (this) {
            Set<String> names = groupsOfConnection.get(connection);
            if (names != null) {
                names.remove(groupName);
            }
            removed = remove(connection, groupName);
        }
        ConsumerGroup group = groups.get(groupName);
        if (removed && group != null) {
            notifyMembers(group);
        }
    }

    /** Takes a connection out of all its groups. */
    public void closed(ClientConnection connection) {
        Set<String> left = new HashSet<>();
        synchronized (this) {
            Set<String> names = groupsOfConnection.remove(connection);
            if (names != null) {
                for (String name : names) {
                    if (remove(connection, name)) {
                        left.add(name);
                    }
                }
            }
        }
        for (String name : left) {
            ConsumerGroup group = groups.get(name);
            if (group != null) {
                notifyMembers(group);
            }
        }
    }

    /** A topic has other queues than before. */
    public void queuesChanged(String topic) {
        for (ConsumerGroup group : groups.values()) {
            if (group.subscription(topic) != null) {
                listener.queuesChanged(group.name(), topic, group.connections());
            }
        }
    }

    /** Drops clients that have been silent for too long. */
    public void expire() {
        long since = clock.millis() - SILENCE.toMillis();
        List<Runnable> leaving = new ArrayList<>();
        for (ConsumerGroup group : groups.values()) {
            for (ClientConnection connection : group.silentSince(since)) {
                LOG.warn(
                        "consumer is silent and dropped: group={}, client={}",
                        group.name(),
                        connection.remoteAddress());
                leaving.add(() -> leave(connection, group.name()));
            }
        }
        leaving.forEach(Runnable::run);
    }

    private boolean remove(ClientConnection connection, String groupName) {
        ConsumerGroup group = groups.get(groupName);
        if (group == null) {
            return false;
        }
        SubscriptionConflict before = group.conflict();
        if (!group.remove(connection)) {
            return false;
        }
        if (group.members().isEmpty()) {
            groups.remove(groupName);
        }
        noticeConflict(group, before);
        return true;
    }

    private void notifyMembers(ConsumerGroup group) {
        if (!group.isBroadcasting()) {
            listener.membersChanged(group.name(), group.connections());
        }
    }

    /** Members that subscribe differently starve each other of messages; said once for each new disagreement, and when it has ended. */
    private void noticeConflict(ConsumerGroup group, @Nullable SubscriptionConflict before) {
        SubscriptionConflict now = group.conflict();
        if (Objects.equals(before, now)) {
            return;
        }
        if (now == null) {
            LOG.info("members of the group subscribe alike again: group={}", group.name());
            return;
        }
        if (before == null) {
            conflicts.increment();
        } else if (before.clients().keySet().equals(now.clients().keySet())) {
            // Others have joined a side.
            return;
        }
        LOG.warn(
                "members of a group subscribe differently, so that messages will be missed: group={}, {}; give all"
                        + " members of a group the same subscriptions",
                group.name(),
                now.describe());
    }

    private static Map<String, SubscriptionData> byTopic(Set<SubscriptionData> subscriptions) {
        Map<String, SubscriptionData> byTopic = new HashMap<>();
        subscriptions.forEach(subscription -> byTopic.put(subscription.topic(), subscription));
        return Map.copyOf(byTopic);
    }
}
