package io.ternmq.broker.request.admin;

import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.Member;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ClientConnectionData;
import io.ternmq.protocol.body.ConsumerConnection;
import io.ternmq.protocol.body.GroupSubscription;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.ProducerConnection;
import io.ternmq.protocol.body.ProducerTable;
import io.ternmq.protocol.body.ProducerTable.ProducerInfo;
import io.ternmq.protocol.body.TopicList;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Tells who is online and what groups subscribe to (codes 203, 204, 328, 343 and 345). Runs on the io thread. */
public final class MembersHandler {
    private final BrokerIdentity identity;
    private final Consumers consumers;
    private final Producers producers;
    private final Offsets offsets;

    /** Wires the handler. */
    public MembersHandler(BrokerIdentity identity, Consumers consumers, Producers producers, Offsets offsets) {
        this.identity = identity;
        this.consumers = consumers;
        this.producers = producers;
        this.offsets = offsets;
    }

    /** Answers with a consumer group's members that are online, and what they subscribe to. */
    public void consumers(Request request) throws CommandException {
        String name = request.fields().require("consumerGroup");
        ConsumerGroup group = consumers.find(name);
        if (group == null) {
            throw new CommandException(
                    ResponseCode.CONSUMER_NOT_ONLINE, "no consumer of the group is online: group=" + name);
        }
        request.succeed(JsonBodies.encode(new ConsumerConnection(
                connections(group.members()),
                group.subscriptions(),
                group.consumeType(),
                group.messageModel(),
                group.consumeFromWhere())));
    }

    /** Answers with a producer group's members that are online. */
    public void producers(Request request) throws CommandException {
        String name = request.fields().require("producerGroup");
        Collection<Member> members = producers.members(name);
        if (members.isEmpty()) {
            throw new CommandException(ResponseCode.SYSTEM_ERROR, "no producer of the group is online: group=" + name);
        }
        request.succeed(JsonBodies.encode(new ProducerConnection(connections(members))));
    }

    /** Answers with all producers that are online. */
    public void allProducers(Request request) {
        Map<String, List<ProducerInfo>> table = new TreeMap<>();
        producers
                .all()
                .forEach((group, members) -> table.put(
                        group,
                        members.stream()
                                .map(member -> new ProducerInfo(
                                        member.clientId(),
                                        text(member.connection().remoteAddress()),
                                        member.language().name(),
                                        member.version(),
                                        member.lastHeartbeat()))
                                .toList()));
        request.succeed(JsonBodies.encode(new ProducerTable(table)));
    }

    /** Answers with the topics that a group subscribes to now or has consumed before. */
    public void topics(Request request) throws CommandException {
        String name = request.fields().require("group");
        Set<String> topics = new TreeSet<>(offsets.topicsOf(name));
        ConsumerGroup group = consumers.find(name);
        if (group != null) {
            topics.addAll(group.subscriptions().keySet());
        }
        request.succeed(JsonBodies.encode(new TopicList(topics, identity.address(request.connection()))));
    }

    /** Answers with what a group that is online subscribes to of a topic, if it does. */
    public void subscription(Request request) throws CommandException {
        String group = request.fields().require("group");
        String topic = request.fields().require("topic");
        io.ternmq.broker.group.GroupSubscription found = consumers.subscription(group, topic);
        request.succeed(JsonBodies.encode(new GroupSubscription(group, topic, found == null ? null : found.data())));
    }

    private static Set<ClientConnectionData> connections(Collection<Member> members) {
        return members.stream()
                .map(member -> new ClientConnectionData(
                        member.clientId(),
                        text(member.connection().remoteAddress()),
                        member.language().name(),
                        member.version()))
                .collect(Collectors.toSet());
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
