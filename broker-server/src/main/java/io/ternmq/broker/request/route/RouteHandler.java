package io.ternmq.broker.request.route;

import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ProtocolVersion;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.ClusterInfo;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.QueueData;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicList;
import io.ternmq.protocol.body.TopicRouteData;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Answers as the name server of a cluster of one: routes (105), the cluster (106), topics by cluster and by kind (206, 224, 304). Runs on
 * the io thread.
 */
public final class RouteHandler {
    /** KV namespace that pins the queues of ordered topics. */
    static final String ORDER_TOPIC_CONFIG = "ORDER_TOPIC_CONFIG";

    private final BrokerIdentity identity;
    private final Topics topics;
    private final KeyValues keyValues;

    /** Wires the handler. */
    public RouteHandler(BrokerIdentity identity, Topics topics, KeyValues keyValues) {
        this.identity = identity;
        this.topics = topics;
        this.keyValues = keyValues;
    }

    /** Answers with the route of a topic; map keys are quoted for those requesters that read standard JSON. */
    public void route(Request request) throws CommandException {
        String name = request.fields().require("topic");
        TopicConfig topic = topics.find(name);
        if (topic == null) {
            throw new CommandException(
                    ResponseCode.TOPIC_NOT_EXIST,
                    "No topic route info in name server for the topic: " + name + "; create the topic or send to it");
        }
        QueueData queues = new QueueData(
                identity.brokerName(),
                topic.readQueueNums(),
                topic.writeQueueNums(),
                topic.perm(),
                topic.topicSysFlag(),
                topic.topicSysFlag());
        TopicRouteData route = new TopicRouteData(
                keyValues.get(ORDER_TOPIC_CONFIG, name), List.of(queues), List.of(broker(request)), Map.of());
        boolean standardJson = request.command().version() >= ProtocolVersion.STANDARD_JSON_ROUTES
                || request.fields().getBoolean("acceptStandardJsonOnly");
        request.succeed(standardJson ? JsonBodies.encode(route) : JsonBodies.encodeWithBareKeys(route));
    }

    /** Answers with the cluster of one. */
    public void cluster(Request request) {
        ClusterInfo cluster = new ClusterInfo(
                Map.of(identity.brokerName(), broker(request)),
                Map.of(identity.clusterName(), Set.of(identity.brokerName())));
        request.succeed(JsonBodies.encodeWithBareKeys(cluster));
    }

    /** Lists all topics. */
    public void topics(Request request) {
        request.succeed(JsonBodies.encode(new TopicList(names(), null)));
    }

    /** Lists the topics of a cluster. */
    public void topicsOfCluster(Request request) throws CommandException {
        String cluster = request.fields().require("cluster");
        Set<String> names = cluster.equals(identity.clusterName()) ? names() : Set.of();
        request.succeed(JsonBodies.encode(new TopicList(names, null)));
    }

    /** Lists what a name server calls system topics: the names of clusters and brokers, with the address of a broker. */
    public void systemTopics(Request request) {
        Set<String> names = new TreeSet<>(Set.of(identity.clusterName()));
        names.add(identity.brokerName());
        request.succeed(JsonBodies.encode(new TopicList(names, identity.address(request.connection()))));
    }

    /** Forgets a topic's route: deleting the topic itself has done so already. */
    public void forget(Request request) throws CommandException {
        request.fields().require("topic");
        request.succeed();
    }

    private BrokerData broker(Request request) {
        return new BrokerData(
                identity.clusterName(),
                identity.brokerName(),
                Map.of(0L, identity.address(request.connection())),
                false);
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        topics.all().forEach(topic -> names.add(topic.topicName()));
        return names;
    }
}
