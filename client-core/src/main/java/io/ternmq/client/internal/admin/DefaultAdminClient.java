package io.ternmq.client.internal.admin;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.client.admin.BrokerStatus;
import io.ternmq.client.admin.ClientInfo;
import io.ternmq.client.admin.ConsumerInfo;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.client.admin.DeadLetterPage;
import io.ternmq.client.admin.DirectConsumption;
import io.ternmq.client.admin.FoundMessage;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.client.admin.GroupProgress;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.MessagePage;
import io.ternmq.client.admin.PendingTransaction;
import io.ternmq.client.admin.QueueAge;
import io.ternmq.client.admin.TopicRoute;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.client.admin.TopicStatus;
import io.ternmq.client.admin.TraceStep;
import io.ternmq.client.admin.Traffic;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.trace.TraceQuery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The admin client: hands each call to the part that it belongs to. */
public final class DefaultAdminClient implements AdminClient {

    private final Cluster cluster;
    private final TopicAdmin topics;
    private final GroupAdmin groups;
    private final OffsetAdmin offsets;
    private final StartAdmin starts;
    private final ConsumerAdmin consumers;
    private final BrokerAdmin brokers;
    private final TransactionAdmin transactions;
    private final DeadLetterAdmin deadLetters;
    private final MessageAdmin messages;

    public DefaultAdminClient(ClientConfig config, ClientRegistry registry) {
        this.cluster = new Cluster(config, registry);
        this.topics = new TopicAdmin(cluster);
        this.groups = new GroupAdmin(cluster);
        this.offsets = new OffsetAdmin(cluster);
        this.starts = new StartAdmin(cluster);
        this.consumers = new ConsumerAdmin(cluster);
        this.brokers = new BrokerAdmin(cluster);
        this.transactions = new TransactionAdmin(cluster);
        this.deadLetters = new DeadLetterAdmin(cluster, topics);
        this.messages = new MessageAdmin(cluster, topics);
    }

    @Override
    public void createTopic(TopicSpec topic) {
        topics.create(topic);
    }

    @Override
    public void permitTopic(String topic, boolean readable, boolean writable) {
        topics.permit(topic, readable, writable);
    }

    @Override
    public void deleteTopic(String topic) {
        topics.delete(topic);
    }

    @Override
    public Set<String> topics() {
        return topics.names();
    }

    @Override
    public Optional<TopicSpec> topic(String topic) {
        return topics.find(topic);
    }

    @Override
    public Optional<TopicRoute> route(String topic) {
        return topics.route(topic);
    }

    @Override
    public Optional<TopicStatus> topicStatus(String topic) {
        return topics.status(topic);
    }

    @Override
    public Traffic stored(String topic) {
        return brokers.stored(topic);
    }

    @Override
    public Set<String> groupsOf(String topic) {
        return topics.groups(topic);
    }

    @Override
    public void createGroup(GroupSpec group) {
        groups.create(group);
    }

    @Override
    public void deleteGroup(String group) {
        groups.delete(group);
    }

    @Override
    public Set<String> groups() {
        return groups.names();
    }

    @Override
    public Optional<GroupSpec> group(String group) {
        return groups.find(group);
    }

    @Override
    public GroupProgress progress(String group) {
        return groups.progress(group, null);
    }

    @Override
    public GroupProgress progress(String group, String topic) {
        return groups.progress(group, topic);
    }

    @Override
    public List<QueueAge> ages(String group, String topic) {
        return groups.ages(group, topic);
    }

    @Override
    public Traffic delivered(String group, String topic) {
        return brokers.delivered(group, topic);
    }

    @Override
    public Set<String> topicsOf(String group) {
        return groups.topics(group);
    }

    @Override
    public Optional<GroupMembers> members(String group) {
        return groups.members(group);
    }

    @Override
    public List<ClientInfo> producers(String group) {
        return groups.producers(group);
    }

    @Override
    public Map<String, List<ClientInfo>> producers() {
        return groups.producers();
    }

    @Override
    public Map<TopicPartition, Long> resetToTime(String group, String topic, Instant time) {
        return offsets.resetToTime(group, topic, time.toEpochMilli());
    }

    @Override
    public Map<TopicPartition, Long> skipBacklog(String group, String topic) {
        return offsets.resetToEnd(group, topic);
    }

    @Override
    public void resetToOffset(String group, TopicPartition queue, long offset) {
        offsets.resetToOffset(group, queue, offset);
    }

    @Override
    public Map<TopicPartition, Long> settleStart(String group, String topic, StartPosition position) {
        return starts.settle(group, topic, position);
    }

    @Override
    public void copyProgress(String source, String target, String topic) {
        offsets.copy(source, target, topic);
    }

    @Override
    public ConsumerInfo consumer(String group, String clientId, boolean withStacks) {
        return consumers.info(group, clientId, withStacks);
    }

    @Override
    public Map<String, Map<TopicPartition, Long>> positions(String group, String topic) {
        return consumers.positions(group, topic);
    }

    @Override
    public DirectConsumption consumeNow(String group, String clientId, String topic, String offsetMessageId) {
        return consumers.consume(group, clientId, cluster.holder(offsetMessageId), topic, offsetMessageId);
    }

    @Override
    public List<FoundMessage> queryByKey(String topic, String key) {
        return messages.byKey(topic, key, Instant.EPOCH, Instant.MAX, 64);
    }

    @Override
    public List<FoundMessage> queryByKey(String topic, String key, Instant from, Instant to, int limit) {
        return messages.byKey(topic, key, from, to, limit);
    }

    @Override
    public List<FoundMessage> queryByUniqueKey(String topic, String messageId) {
        return messages.byUniqueId(topic, messageId);
    }

    @Override
    public Optional<FoundMessage> queryById(String topic, String id) {
        return messages.byId(topic, id);
    }

    @Override
    public MessagePage queryByTime(String topic, Instant from, Instant to, int limit) {
        return messages.byTime(topic, from, to, Map.of(), limit);
    }

    @Override
    public MessagePage queryByTime(String topic, Instant from, Instant to, Map<TopicPartition, Long> next, int limit) {
        return messages.byTime(topic, from, to, next, limit);
    }

    @Override
    public DeadLetterPage deadLetters(String group, int limit) {
        return deadLetters.read(group, Map.of(), limit);
    }

    @Override
    public DeadLetterPage deadLetters(String group, Map<TopicPartition, Long> from, int limit) {
        return deadLetters.read(group, from, limit);
    }

    @Override
    public String resend(DeadLetter letter) {
        return deadLetters.resend(letter);
    }

    @Override
    public List<PendingTransaction> pendingTransactions(@Nullable String producerGroup, int most) {
        return transactions.pending(producerGroup, most);
    }

    @Override
    public void resumeTransaction(String offsetMessageId) {
        transactions.resume(offsetMessageId);
    }

    @Override
    public List<TraceStep> trace(String messageId) {
        ClientInstance client = cluster.client();
        return client.await(
                new TraceQuery(client.connections(), client.routes()).find(messageId), "brokers do not answer");
    }

    @Override
    public List<BrokerInfo> brokers() {
        return cluster.brokers();
    }

    @Override
    public BrokerStatus brokerStatus(String broker) {
        return brokers.status(broker);
    }

    @Override
    public Map<String, String> brokerSettings(String broker) {
        return brokers.settings(broker);
    }

    @Override
    public void changeBrokerSettings(String broker, Map<String, String> settings) {
        brokers.change(broker, settings);
    }

    @Override
    public int wipeWritePermission(String broker) {
        return brokers.wipeWritePermission(broker);
    }

    @Override
    public int addWritePermission(String broker) {
        return brokers.addWritePermission(broker);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
