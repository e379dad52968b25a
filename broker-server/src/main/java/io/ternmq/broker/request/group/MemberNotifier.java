package io.ternmq.broker.request.group;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.MembershipListener;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.GroupConfig;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells the clients of a group to share out their queues anew (code 40), unless the group does not want to be told. */
public final class MemberNotifier implements MembershipListener {
    private final GroupSettings groups;
    private final AtomicInteger opaque = new AtomicInteger();

    /** Wires the notifier. */
    public MemberNotifier(GroupSettings groups) {
        this.groups = groups;
    }

    @Override
    public void membersChanged(String group, Collection<ClientConnection> members) {
        tell(group, Fields.of("consumerGroup", group), members);
    }

    /** Names the topic too: clients of TernMQ then ask for its route at once, others do so within half a minute. */
    @Override
    public void queuesChanged(String group, String topic, Collection<ClientConnection> members) {
        tell(
                group,
                Fields.builder().put("consumerGroup", group).put("topic", topic).build(),
                members);
    }

    private void tell(String group, Fields fields, Collection<ClientConnection> members) {
        GroupConfig settings = groups.find(group);
        if (settings != null && !settings.notifyConsumerIdsChangedEnable()) {
            return;
        }
        for (ClientConnection member : members) {
            member.push(Command.oneway(
                    RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
                    opaque.incrementAndGet(),
                    fields,
                    Unpooled.EMPTY_BUFFER,
                    HeaderFormat.JSON));
        }
    }
}
