package io.ternmq.broker.group;

import java.util.Collection;

/** Told when clients of a group must share out the queues anew. Called on any thread; must not block. */
@FunctionalInterface
public interface MembershipListener {
    /** The members of the group, or the topics they subscribe to, have changed; these are the connections of the members now. */
    void membersChanged(String group, Collection<ClientConnection> members);

    /** A topic that the group subscribes to has other queues than before. */
    default void queuesChanged(String group, String topic, Collection<ClientConnection> members) {
        membersChanged(group, members);
    }
}
