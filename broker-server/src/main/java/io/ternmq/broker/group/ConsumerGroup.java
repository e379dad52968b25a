package io.ternmq.broker.group;

import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.SubscriptionData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of one group that are online, and what they subscribe to together. Changes are made under the lock of {@link Consumers};
 * subscriptions and members may be read at any time.
 */
public final class ConsumerGroup {
    private final String name;
    private volatile Map<ClientConnection, Member> members = Map.of();
    private volatile Map<String, SubscriptionData> subscriptions = Map.of();
    private volatile Map<String, GroupSubscription> compiled = Map.of();
    private volatile @Nullable SubscriptionConflict conflict;
    private volatile String consumeType;
    private volatile String messageModel;
    private volatile String consumeFromWhere;

    ConsumerGroup(String name, ConsumerData data) {
        this.name = name;
        this.consumeType = data.consumeType();
        this.messageModel = data.messageModel();
        this.consumeFromWhere = data.consumeFromWhere();
    }

    /** Returns the group's name. */
    public String name() {
        return name;
    }

    /** Returns who is online. */
    public Collection<Member> members() {
        return members.values();
    }

    /** Returns the subscriptions by topic; of two members' versions the newest. */
    public Map<String, SubscriptionData> subscriptions() {
        return subscriptions;
    }

    /** Returns what the group wants of a topic, ready for use, or {@code null} if nothing. */
    public @Nullable GroupSubscription subscription(String topic) {
        return compiled.get(topic);
    }

    /** Returns how the members disagree about what the group subscribes to, or {@code null} if they do not. */
    public @Nullable SubscriptionConflict conflict() {
        return conflict;
    }

    /** Returns whether members push or pull, in the words of the protocol. */
    public String consumeType() {
        return consumeType;
    }

    /** Returns CLUSTERING or BROADCASTING. */
    public String messageModel() {
        return messageModel;
    }

    /** Returns where a new group starts, in the words of the protocol. */
    public String consumeFromWhere() {
        return consumeFromWhere;
    }

    /** Returns whether every member gets every message. */
    public boolean isBroadcasting() {
        return messageModel.equals("BROADCASTING");
    }

    Collection<ClientConnection> connections() {
        return members.keySet();
    }

    void describe(ConsumerData data) {
        consumeType = data.consumeType();
        messageModel = data.messageModel();
        consumeFromWhere = data.consumeFromWhere();
    }

    /** Puts a member in place of what its connection was before; returns whether members or topics changed. */
    boolean put(Member member) {
        Map<ClientConnection, Member> next = new HashMap<>(members);
        Member before = next.put(member.connection(), member);
        members = Map.copyOf(next);
        if (before != null && before.subscriptions().equals(member.subscriptions())) {
            return !before.clientId().equals(member.clientId());
        }
        boolean topicsChanged = resubscribe();
        conflict = SubscriptionConflict.find(next.values());
        return before == null || !before.clientId().equals(member.clientId()) || topicsChanged;
    }

    boolean remove(ClientConnection connection) {
        if (!members.containsKey(connection)) {
            return false;
        }
        Map<ClientConnection, Member> next = new HashMap<>(members);
        next.remove(connection);
        members = Map.copyOf(next);
        resubscribe();
        conflict = SubscriptionConflict.find(next.values());
        return true;
    }

    @Nullable
    Member member(ClientConnection connection) {
        return members.get(connection);
    }

    List<ClientConnection> silentSince(long epochMillis) {
        List<ClientConnection> silent = new ArrayList<>();
        members.forEach((connection, member) -> {
            if (member.lastHeartbeat() < epochMillis) {
                silent.add(connection);
            }
        });
        return silent;
    }

    private boolean resubscribe() {
        Map<String, SubscriptionData> next = new HashMap<>();
        for (Member member : members.values()) {
            member.subscriptions()
                    .forEach((topic, subscription) ->
                            next.merge(topic, subscription, (a, b) -> a.subVersion() >= b.subVersion() ? a : b));
        }
        Map<String, GroupSubscription> before = compiled;
        boolean changed = !next.keySet().equals(before.keySet());
        Map<String, GroupSubscription> ready = new HashMap<>();
        next.forEach((topic, subscription) -> {
            GroupSubscription known = before.get(topic);
            ready.put(
                    topic,
                    known != null && known.data().equals(subscription) ? known : GroupSubscription.of(subscription));
        });
        compiled = Map.copyOf(ready);
        subscriptions = Map.copyOf(next);
        return changed;
    }
}
