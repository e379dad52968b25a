package io.ternmq.client.internal.admin;

import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.ClientInfo;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.client.admin.GroupProgress;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.QueueAge;
import io.ternmq.client.admin.SubscriptionInfo;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ClientConnectionData;
import io.ternmq.protocol.body.ConsumeStats;
import io.ternmq.protocol.body.ConsumeTimeSpans;
import io.ternmq.protocol.body.ConsumerConnection;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.GroupConfigTable;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.ProducerConnection;
import io.ternmq.protocol.body.ProducerTable;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.body.TopicList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Administers groups of consumers, and tells who is online. */
final class GroupAdmin {

    private static final Comparator<TopicPartition> QUEUES = Comparator.comparing(TopicPartition::topic)
            .thenComparing(TopicPartition::brokerName)
            .thenComparingInt(TopicPartition::queueId);

    private final Cluster cluster;

    GroupAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    static MQClientException missing(ResponseCode code, String what) {
        return new MQClientException(code.number(), what);
    }

    void create(GroupSpec group) {
        GroupConfig defaults = GroupConfig.of(group.name());
        GroupConfig config = new GroupConfig(
                group.name(),
                group.consumeEnabled(),
                defaults.consumeFromMinEnable(),
                group.broadcastEnabled(),
                group.ordered(),
                group.retryQueues(),
                group.maxRetries(),
                defaults.brokerId(),
                defaults.whichBrokerWhenConsumeSlowly(),
                defaults.notifyConsumerIdsChangedEnable(),
                defaults.groupSysFlag(),
                defaults.consumeTimeoutMinute(),
                defaults.attributes(),
                null);
        for (String master : cluster.masters()) {
            cluster.call(
                    master, RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, Fields.empty(), JsonBodies.encode(config));
        }
    }

    void delete(String group) {
        Fields fields = Fields.builder()
                .put("groupName", group)
                .put("cleanOffset", true)
                .build();
        for (String master : cluster.masters()) {
            cluster.callUnlessMissing(master, RequestCode.DELETE_SUBSCRIPTIONGROUP, fields);
        }
    }

    Set<String> names() {
        Set<String> groups = new TreeSet<>();
        for (String master : cluster.masters()) {
            groups.addAll(table(master).keySet());
        }
        return groups;
    }

    Optional<GroupSpec> find(String group) {
        for (String master : cluster.masters()) {
            GroupConfig config = table(master).get(group);
            if (config != null) {
                return Optional.of(new GroupSpec(
                        config.groupName(),
                        config.consumeEnable(),
                        config.consumeBroadcastEnable(),
                        config.consumeMessageOrderly(),
                        config.retryMaxTimes(),
                        config.retryQueueNums()));
            }
        }
        return Optional.empty();
    }

    /** The whole table, because asking for one group makes genuine brokers create it. */
    private Map<String, GroupConfig> table(String master) {
        Reply reply = cluster.call(master, RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, Fields.empty());
        return Cluster.decode(reply, GroupConfigTable.class).subscriptionGroupTable();
    }

    GroupProgress progress(String group, @Nullable String topic) {
        Fields fields =
                Fields.builder().put("consumerGroup", group).put("topic", topic).build();
        List<GroupProgress.QueueProgress> queues = new ArrayList<>();
        double rate = 0;
        for (String master : cluster.masters()) {
            Reply reply = cluster.callUnlessMissing(master, RequestCode.GET_CONSUME_STATS, fields);
            if (reply != null) {
                ConsumeStats stats = Cluster.decode(reply, ConsumeStats.class);
                rate += stats.consumeTps();
                stats.offsetTable()
                        .forEach((queue, progress) -> queues.add(new GroupProgress.QueueProgress(
                                Cluster.toPartition(queue),
                                progress.brokerOffset(),
                                progress.consumerOffset(),
                                Math.max(progress.pullOffset(), progress.consumerOffset()),
                                Cluster.toInstant(progress.lastTimestamp()))));
            }
        }
        queues.sort(Comparator.comparing(GroupProgress.QueueProgress::queue, QUEUES));
        return new GroupProgress(group, queues, rate);
    }

    List<QueueAge> ages(String group, String topic) {
        Fields fields = Fields.builder().put("topic", topic).put("group", group).build();
        List<QueueAge> ages = new ArrayList<>();
        for (String master : cluster.masters()) {
            Reply reply = cluster.callUnlessMissing(master, RequestCode.QUERY_CONSUME_TIME_SPAN, fields);
            if (reply != null) {
                for (ConsumeTimeSpans.QueueSpan span :
                        Cluster.decode(reply, ConsumeTimeSpans.class).consumeTimeSpanSet()) {
                    ages.add(new QueueAge(
                            Cluster.toPartition(span.messageQueue()),
                            Cluster.toInstant(span.minTimeStamp()),
                            Cluster.toInstant(span.maxTimeStamp()),
                            Cluster.toInstant(span.consumeTimeStamp()),
                            Duration.ofMillis(Math.max(0, span.delayTime()))));
                }
            }
        }
        ages.sort(Comparator.comparing(QueueAge::queue, QUEUES));
        return ages;
    }

    Set<String> topics(String group) {
        Set<String> topics = new TreeSet<>();
        for (String master : cluster.masters()) {
            Reply reply =
                    cluster.callUnlessMissing(master, RequestCode.QUERY_TOPICS_BY_CONSUMER, Fields.of("group", group));
            if (reply != null) {
                topics.addAll(Cluster.decode(reply, TopicList.class).topicList());
            }
        }
        return topics;
    }

    Optional<GroupMembers> members(String group) {
        Map<String, ClientInfo> clients = new TreeMap<>();
        Map<String, SubscriptionInfo> subscriptions = new TreeMap<>();
        ConsumerConnection first = null;
        for (String master : cluster.masters()) {
            Reply reply = cluster.callUnless(
                    master,
                    RequestCode.GET_CONSUMER_CONNECTION_LIST,
                    Fields.of("consumerGroup", group),
                    ResponseCode.CONSUMER_NOT_ONLINE);
            if (reply != null) {
                ConsumerConnection online = Cluster.decode(reply, ConsumerConnection.class);
                first = first == null ? online : first;
                online.connectionSet().forEach(one -> clients.put(one.clientId(), toInfo(one)));
                toInfos(online.subscriptionTable().values()).forEach(one -> subscriptions.put(one.topic(), one));
            }
        }
        return first == null
                ? Optional.empty()
                : Optional.of(new GroupMembers(
                        group,
                        List.copyOf(clients.values()),
                        List.copyOf(subscriptions.values()),
                        first.consumeType(),
                        first.messageModel(),
                        first.consumeFromWhere()));
    }

    static List<SubscriptionInfo> toInfos(Collection<SubscriptionData> subscriptions) {
        return subscriptions.stream()
                .map(data -> new SubscriptionInfo(data.topic(), data.subString(), data.expressionType()))
                .sorted(Comparator.comparing(SubscriptionInfo::topic))
                .toList();
    }

    private static ClientInfo toInfo(ClientConnectionData one) {
        return new ClientInfo(one.clientId(), one.clientAddr(), one.language(), one.version());
    }

    List<ClientInfo> producers(String group) {
        Map<String, ClientInfo> clients = new TreeMap<>();
        for (String master : cluster.masters()) {
            // Genuine brokers say in this way that nobody is online.
            Reply reply = cluster.callUnless(
                    master,
                    RequestCode.GET_PRODUCER_CONNECTION_LIST,
                    Fields.of("producerGroup", group),
                    ResponseCode.SYSTEM_ERROR);
            if (reply != null) {
                Cluster.decode(reply, ProducerConnection.class)
                        .connectionSet()
                        .forEach(one -> clients.put(one.clientId(), toInfo(one)));
            }
        }
        return List.copyOf(clients.values());
    }

    Map<String, List<ClientInfo>> producers() {
        Map<String, Map<String, ClientInfo>> groups = new TreeMap<>();
        for (String master : cluster.masters()) {
            Reply reply = cluster.call(master, RequestCode.GET_ALL_PRODUCER_INFO, Fields.empty());
            Cluster.decode(reply, ProducerTable.class)
                    .data()
                    .forEach((group, members) -> members.forEach(one -> groups.computeIfAbsent(
                                    group, absent -> new TreeMap<>())
                            .put(
                                    one.clientId(),
                                    new ClientInfo(one.clientId(), one.remoteIp(), one.language(), one.version()))));
        }
        Map<String, List<ClientInfo>> producers = new TreeMap<>();
        groups.forEach((group, clients) -> producers.put(group, List.copyOf(clients.values())));
        return producers;
    }
}
