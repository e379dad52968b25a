package io.ternmq.client.internal.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.PendingTransaction;
import io.ternmq.client.admin.TopicRoute;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.ClusterInfo;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.GroupConfigTable;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.PendingHalfMessage;
import io.ternmq.protocol.body.PendingHalfMessages;
import io.ternmq.protocol.body.QueueData;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicList;
import io.ternmq.protocol.body.TopicRouteData;
import io.ternmq.protocol.header.CreateTopicHeader;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.ResourceNames;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The admin client: each method is one request to the name server, or the same request to every master. */
public final class DefaultAdminClient implements AdminClient {

    private final ClientRegistry registry;
    private final ClientInstance client;
    private final AtomicBoolean closed = new AtomicBoolean();

    public DefaultAdminClient(ClientConfig config, ClientRegistry registry) {
        this.registry = registry;
        this.client = registry.acquire(config);
    }

    @Override
    public void createTopic(TopicSpec topic) {
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
        for (String master : masters()) {
            client.call(master, RequestCode.UPDATE_AND_CREATE_TOPIC, fields, Unpooled.EMPTY_BUFFER);
        }
    }

    @Override
    public void deleteTopic(String topic) {
        Fields fields = Fields.of("topic", topic);
        for (String master : masters()) {
            callUnlessMissing(master, RequestCode.DELETE_TOPIC_IN_BROKER, fields);
        }
        for (String nameServer : client.nameServers().addresses()) {
            callUnlessMissing(nameServer, RequestCode.DELETE_TOPIC_IN_NAMESRV, fields);
        }
    }

    @Override
    public Set<String> topics() {
        Reply reply = ask(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, Fields.empty());
        return new TreeSet<>(
                decode(requireSuccess(reply, "topics"), TopicList.class).topicList());
    }

    @Override
    public Optional<TopicSpec> topic(String topic) {
        for (String master : masters()) {
            Reply reply = callUnlessMissing(master, RequestCode.GET_TOPIC_CONFIG, Fields.of("topic", topic));
            if (reply != null) {
                return Optional.of(toSpec(decode(reply, TopicConfig.class)));
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

    @Override
    public Optional<TopicRoute> route(String topic) {
        Fields fields = Fields.builder()
                .put("topic", topic)
                .put("acceptStandardJsonOnly", true)
                .build();
        Reply reply = ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, fields);
        if (reply.is(ResponseCode.TOPIC_NOT_EXIST)) {
            return Optional.empty();
        }
        TopicRouteData data = decode(requireSuccess(reply, "route of " + topic), TopicRouteData.class);
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
                data.brokerDatas().stream().map(DefaultAdminClient::toInfo).toList();
        return Optional.of(new TopicRoute(topic, queues, brokers));
    }

    private static BrokerInfo toInfo(BrokerData broker) {
        return new BrokerInfo(broker.cluster(), broker.brokerName(), broker.brokerAddrs());
    }

    @Override
    public void createGroup(GroupSpec group) {
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
        for (String master : masters()) {
            ByteBuf body = JsonBodies.encode(config);
            client.call(master, RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, Fields.empty(), body);
        }
    }

    @Override
    public void deleteGroup(String group) {
        Fields fields = Fields.builder()
                .put("groupName", group)
                .put("cleanOffset", true)
                .build();
        for (String master : masters()) {
            callUnlessMissing(master, RequestCode.DELETE_SUBSCRIPTIONGROUP, fields);
        }
    }

    @Override
    public Set<String> groups() {
        Set<String> groups = new TreeSet<>();
        for (String master : masters()) {
            groups.addAll(groupTable(master).keySet());
        }
        return groups;
    }

    @Override
    public Optional<GroupSpec> group(String group) {
        for (String master : masters()) {
            GroupConfig config = groupTable(master).get(group);
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
    private Map<String, GroupConfig> groupTable(String master) {
        Reply reply = client.call(
                master, RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, Fields.empty(), Unpooled.EMPTY_BUFFER);
        return decode(reply, GroupConfigTable.class).subscriptionGroupTable();
    }

    @Override
    public List<BrokerInfo> brokers() {
        Reply reply = requireSuccess(ask(RequestCode.GET_BROKER_CLUSTER_INFO, Fields.empty()), "brokers");
        return decode(reply, ClusterInfo.class).brokerAddrTable().values().stream()
                .map(DefaultAdminClient::toInfo)
                .toList();
    }

    @Override
    public List<PendingTransaction> pendingTransactions(@Nullable String producerGroup, int most) {
        Fields fields = Fields.builder()
                .put("producerGroup", producerGroup)
                .put("maxCount", most)
                .build();
        List<PendingTransaction> pending = new ArrayList<>();
        for (String master : masters()) {
            Reply reply = client.call(master, RequestCode.GET_PENDING_HALF_MESSAGES, fields, Unpooled.EMPTY_BUFFER);
            for (PendingHalfMessage half :
                    decode(reply, PendingHalfMessages.class).messages()) {
                pending.add(new PendingTransaction(
                        master,
                        half.producerGroup(),
                        half.topic(),
                        half.messageId(),
                        half.offsetMessageId(),
                        Instant.ofEpochMilli(half.storeTimestamp()),
                        half.checks(),
                        Instant.ofEpochMilli(half.nextCheckTimestamp())));
            }
        }
        return pending;
    }

    @Override
    public void resumeTransaction(String offsetMessageId) {
        InetSocketAddress broker;
        try {
            broker = OffsetMessageId.parse(offsetMessageId).storeHost();
        } catch (CommandException e) {
            throw new MQClientException(e.code().number(), e.remark(), e);
        }
        Fields fields = Fields.builder()
                .put("topic", ResourceNames.CHECK_MAX_TIME_TOPIC)
                .put("msgId", offsetMessageId)
                .build();
        client.call(
                broker.getAddress().getHostAddress() + ":" + broker.getPort(),
                RequestCode.RESUME_CHECK_HALF_MESSAGE,
                fields,
                Unpooled.EMPTY_BUFFER);
    }

    private List<String> masters() {
        List<String> masters = new ArrayList<>();
        for (BrokerInfo broker : brokers()) {
            String master = broker.masterAddress();
            if (master != null) {
                masters.add(master);
            }
        }
        if (masters.isEmpty()) {
            throw new MQClientException("no master is registered at the name server: nameServers="
                    + String.join(";", client.nameServers().addresses()) + "; check that a broker is running");
        }
        return masters;
    }

    private Reply ask(RequestCode code, Fields fields) {
        if (closed.get()) {
            throw new MQClientException("the admin client is closed; create a new one");
        }
        CompletableFuture<Reply> answer = client.nameServers().ask(code, fields);
        return client.await(answer, "the name server does not answer");
    }

    private static Reply requireSuccess(Reply reply, String what) {
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(
                    reply.code(), "the name server does not tell: wanted=" + what + ", " + reply.describe());
        }
        return reply;
    }

    private @Nullable Reply callUnlessMissing(String address, RequestCode code, Fields fields) {
        try {
            return client.call(address, code, fields, Unpooled.EMPTY_BUFFER);
        } catch (MQClientException e) {
            if (e.getResponseCode() == ResponseCode.TOPIC_NOT_EXIST.number()
                    || e.getResponseCode() == ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST.number()) {
                return null;
            }
            throw e;
        }
    }

    private static <T> T decode(Reply reply, Class<T> type) {
        try {
            return JsonBodies.decode(reply.body(), type);
        } catch (CommandException e) {
            throw new MQClientException("an answer cannot be read: expected=" + type.getSimpleName(), e);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            registry.release(client);
        }
    }
}
