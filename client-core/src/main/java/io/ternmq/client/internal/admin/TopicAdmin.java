package io.ternmq.client.internal.admin;

import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.client.admin.TopicRoute;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.client.admin.TopicStatus;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.GroupList;
import io.ternmq.protocol.body.QueueData;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicList;
import io.ternmq.protocol.body.TopicRouteData;
import io.ternmq.protocol.body.TopicStats;
import io.ternmq.protocol.header.CreateTopicHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Administers topics. */
final class TopicAdmin {

    private final Cluster cluster;

    TopicAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    void create(TopicSpec topic) {
        int perm = (topic.readable() ? TopicConfig.PERM_READ : 0) | (topic.writable() ? TopicConfig.PERM_WRITE : 0);
        TopicConfig config = new TopicConfig(
                topic.name(),
                topic.readQueues(),
                topic.writeQueues(),
                perm,
                "SINGLE_TAG",
                0,
                topic.ordered(),
                Map.of());
        Fields fields = new CreateTopicHeader(config, TopicRoutes.TEMPLATE_TOPIC).encode();
        for (String master : cluster.masters()) {
            cluster.call(master, RequestCode.UPDATE_AND_CREATE_TOPIC, fields);
        }
    }

    void permit(String topic, boolean readable, boolean writable) {
        int perm = (readable ? TopicConfig.PERM_READ : 0) | (writable ? TopicConfig.PERM_WRITE : 0);
        boolean found = false;
        for (String master : cluster.masters()) {
            Reply reply = cluster.callUnlessMissing(master, RequestCode.GET_TOPIC_CONFIG, Fields.of("topic", topic));
            if (reply != null) {
                found = true;
                TopicConfig now = Cluster.decode(reply, TopicConfig.class);
                TopicConfig then = new TopicConfig(
                        now.topicName(),
                        now.readQueueNums(),
                        now.writeQueueNums(),
                        perm,
                        now.topicFilterType(),
                        now.topicSysFlag(),
                        now.order(),
                        Map.of());
                cluster.call(
                        master,
                        RequestCode.UPDATE_AND_CREATE_TOPIC,
                        new CreateTopicHeader(then, TopicRoutes.TEMPLATE_TOPIC).encode());
            }
        }
        if (!found) {
            throw GroupAdmin.missing(ResponseCode.TOPIC_NOT_EXIST, "the topic does not exist: topic=" + topic);
        }
    }

    void delete(String topic) {
        Fields fields = Fields.of("topic", topic);
        for (String master : cluster.masters()) {
            cluster.callUnlessMissing(master, RequestCode.DELETE_TOPIC_IN_BROKER, fields);
        }
        for (String nameServer : cluster.client().nameServers().addresses()) {
            cluster.callUnlessMissing(nameServer, RequestCode.DELETE_TOPIC_IN_NAMESRV, fields);
        }
    }

    Set<String> names() {
        Reply reply = cluster.ask(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, Fields.empty());
        return new TreeSet<>(Cluster.decode(Cluster.requireSuccess(reply, "topics"), TopicList.class)
                .topicList());
    }

    Optional<TopicSpec> find(String topic) {
        for (String master : cluster.masters()) {
            Reply reply = cluster.callUnlessMissing(master, RequestCode.GET_TOPIC_CONFIG, Fields.of("topic", topic));
            if (reply != null) {
                return Optional.of(toSpec(Cluster.decode(reply, TopicConfig.class)));
            }
        }
        return Optional.empty();
    }

    private static TopicSpec toSpec(TopicConfig config) {
        return new TopicSpec(
                config.topicName(),
                Math.max(1, config.readQueueNums()),
                Math.max(1, config.writeQueueNums()),
                (config.perm() & TopicConfig.PERM_READ) != 0,
                (config.perm() & TopicConfig.PERM_WRITE) != 0,
                config.order());
    }

    Optional<TopicRoute> route(String topic) {
        Fields fields = Fields.builder()
                .put("topic", topic)
                .put("acceptStandardJsonOnly", true)
                .build();
        Reply reply = cluster.ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, fields);
        if (reply.is(ResponseCode.TOPIC_NOT_EXIST)) {
            return Optional.empty();
        }
        TopicRouteData data = Cluster.decode(Cluster.requireSuccess(reply, "route of " + topic), TopicRouteData.class);
        List<TopicRoute.BrokerQueues> queues = new ArrayList<>();
        for (QueueData queue : data.queueDatas()) {
            queues.add(new TopicRoute.BrokerQueues(
                    queue.brokerName(),
                    queue.readQueueNums(),
                    queue.writeQueueNums(),
                    (queue.perm() & TopicConfig.PERM_READ) != 0,
                    (queue.perm() & TopicConfig.PERM_WRITE) != 0));
        }
        List<BrokerInfo> brokers =
                data.brokerDatas().stream().map(Cluster::toInfo).toList();
        return Optional.of(new TopicRoute(topic, queues, brokers));
    }

    Optional<TopicStatus> status(String topic) {
        List<TopicStatus.QueueStatus> queues = new ArrayList<>();
        double rate = 0;
        for (String master : cluster.masters()) {
            Reply reply =
                    cluster.callUnlessMissing(master, RequestCode.GET_TOPIC_STATS_INFO, Fields.of("topic", topic));
            if (reply != null) {
                TopicStats stats = Cluster.decode(reply, TopicStats.class);
                rate += stats.topicPutTps();
                stats.offsetTable()
                        .forEach((queue, range) -> queues.add(new TopicStatus.QueueStatus(
                                Cluster.toPartition(queue),
                                range.minOffset(),
                                range.maxOffset(),
                                Cluster.toInstant(range.lastUpdateTimestamp()))));
            }
        }
        queues.sort(Comparator.comparing(
                        (TopicStatus.QueueStatus status) -> status.queue().brokerName())
                .thenComparingInt(status -> status.queue().queueId()));
        return queues.isEmpty() ? Optional.empty() : Optional.of(new TopicStatus(topic, queues, rate));
    }

    Set<String> groups(String topic) {
        Set<String> groups = new TreeSet<>();
        for (String master : cluster.masters()) {
            Reply reply = cluster.callUnlessMissing(
                    master, RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, Fields.of("topic", topic));
            if (reply != null) {
                groups.addAll(Cluster.decode(reply, GroupList.class).groupList());
            }
        }
        return groups;
    }
}
