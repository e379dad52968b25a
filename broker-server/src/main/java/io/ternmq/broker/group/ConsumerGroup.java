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
        boolean topicsChanged = resubscribe();
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

    /** Returns in words how another member's subscriptions differ from this one's, or {@code null} if they agree. */
    @Nullable
    String findDisagreement(Member member) {
        for (Member other : members.values()) {
            if (other.connection() == member.connection()) {
                continue;
            }
            if (!other.subscriptions().keySet().equals(member.subscriptions().keySet())) {
                return "clients=" + member.clientId() + ", " + other.clientId() + ", topics="
                        + member.subscriptions().keySet() + ", "
                        + other.subscriptions().keySet();
            }
            for (SubscriptionData mine : member.subscriptions().values()) {
                SubscriptionData theirs = other.subscriptions().get(mine.topic());
                if (theirs != null
                        && !(mine.expressionType().equals(theirs.expressionType())
                                && mine.tagsSet().equals(theirs.tagsSet())
                                && (mine.isTagFilter() || mine.subString().equals(theirs.subString())))) {
                    return "clients=" + member.clientId() + ", " + other.clientId() + ", topic=" + mine.topic()
                            + ", expressions=" + mine.subString() + ", " + theirs.subString();
                }
            }
        }
        return null;
    }

    private boolean resubscribe() {
        Map<String, SubscriptionData> next = new HashMap<>();
        for (Member member : members.values()) {
            member.subscriptions()
                    .forEach((topic, subscription) ->
                            next.merge(topic, subscription, (a, b) -> a.subVersion() >= b.subVersion() ? a : b));
        }
        boolean changed = !next.keySet().equals(subscriptions.keySet());
        subscriptions = Map.copyOf(next);
        return changed;
    }
}
