package io.ternmq.client.admin;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.admin.DefaultAdminClient;
import io.ternmq.client.internal.group.ClientRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Administers a TernMQ server or an Apache RocketMQ cluster: topics, consumer groups and their progress, clients that are online, dead
 * letters, brokers. Changes go to the master of every broker of the cluster, figures come from all of them. Safe for use by many threads.
 *
 * <p>Every method throws {@link MQClientException} if no name server or a broker cannot be reached, or if one refuses.
 */
public interface AdminClient extends AutoCloseable {

    /** Connects to a cluster; the connections are those of the producers and consumers with the same configuration. */
    static AdminClient create(ClientConfig config) {
        return new DefaultAdminClient(config, ClientRegistry.shared());
    }

    /** Creates a topic, or changes it if it exists. */
    void createTopic(TopicSpec topic);

    /**
     * Grants or takes the permission to read and to write a topic; its other settings stay.
     *
     * @throws MQClientException with code 17 if no broker has the topic
     */
    void permitTopic(String topic, boolean readable, boolean writable);

    /** Deletes a topic with its messages from all brokers and name servers; does nothing if there is none. */
    void deleteTopic(String topic);

    /** The names of all topics, those of the system among them. */
    Set<String> topics();

    /** A topic's settings, or nothing if it does not exist. Where brokers differ, those of one of them. */
    Optional<TopicSpec> topic(String topic);

    /** Where a topic is, or nothing if it does not exist. */
    Optional<TopicRoute> route(String topic);

    /** What a topic holds, or nothing if it does not exist. */
    Optional<TopicStatus> topicStatus(String topic);

    /** The messages stored in a topic lately. */
    Traffic stored(String topic);

    /** The groups that subscribe to a topic now, or have consumed it before. */
    Set<String> groupsOf(String topic);

    /** Creates a consumer group, or changes it if it exists. */
    void createGroup(GroupSpec group);

    /** Deletes a consumer group and its progress from all brokers; does nothing if there is none. */
    void deleteGroup(String group);

    /** The names of all consumer groups that the brokers keep settings for, those of the system among them. */
    Set<String> groups();

    /** A consumer group's settings, or nothing if it does not exist. Where brokers differ, those of one of them. */
    Optional<GroupSpec> group(String group);

    /**
     * The messages that wait for the outcomes of their transactions, oldest first for each broker. Only TernMQ brokers tell.
     *
     * @param producerGroup only those of this group; {@code null} for all
     * @param most at most so many from each broker, 1 to 1000
     */
    List<PendingTransaction> pendingTransactions(@Nullable String producerGroup, int most);

    /**
     * Lets a message wait again for the outcome of its transaction that was given up after too many checks.
     *
     * @param offsetMessageId the id that says where it lies in the topic {@code TRANS_CHECK_MAX_TIME_TOPIC}
     */
    void resumeTransaction(String offsetMessageId);

    /** How far a group has consumed all its topics. */
    GroupProgress progress(String group);

    /** How far a group has consumed a topic. */
    GroupProgress progress(String group, String topic);

    /** How old the messages of a topic are, queue by queue, and how far a group is behind in time. */
    List<QueueAge> ages(String group, String topic);

    /** The messages of a topic delivered to a group lately. */
    Traffic delivered(String group, String topic);

    /** The topics that a group subscribes to now, or has consumed before. */
    Set<String> topicsOf(String group);

    /** The members of a consumer group that are online, or nothing if nobody is. */
    Optional<GroupMembers> members(String group);

    /** The members of a producer group that are online. */
    List<ClientInfo> producers(String group);

    /** All producers that are online, by group. */
    Map<String, List<ClientInfo>> producers();

    /**
     * Puts a group back or forward to the first messages that were stored at a time or later. Works for a group that is offline, and for one that is
     * online: its consumers go on there within a moment, and need not be stopped.
     *
     * @return where each queue is consumed next
     * @throws MQClientException with code 17 if no broker has the topic, with 26 if there is no such group
     */
    Map<TopicPartition, Long> resetToTime(String group, String topic, Instant time);

    /** The same to the end, so that a group leaves out what it has not consumed yet. */
    Map<TopicPartition, Long> skipBacklog(String group, String topic);

    /**
     * Puts a group to an offset of one queue.
     *
     * @throws MQClientException with code 29 or 1 if the queue has no such offset
     */
    void resetToOffset(String group, TopicPartition queue, long offset);

    /**
     * Settles where a group begins in those queues of a topic for which it has committed nothing yet, as its first member would do: whatever comes from now on
     * waits for the group, although it has no members. {@link StartPosition#latest()} is here exactly the end, also of young topics. Queues in which the group has
     * consumed before are left alone, so calling it again does nothing.
     *
     * @return the queues that were settled, and where the group begins in them
     * @throws MQClientException with code 17 if no broker has the topic, with 26 if a broker does not know the group
     */
    Map<TopicPartition, Long> settleStart(String group, String topic, StartPosition position);

    /** Puts a group to where another one is on a topic. */
    void copyProgress(String source, String target, String topic);

    /**
     * Asks a consumer what it is doing.
     *
     * @param withStacks whether to ask for the stacks of its threads too
     * @throws MQClientException if it is not online, or with code 207 if it does not answer within ten seconds
     */
    ConsumerInfo consumer(String group, String clientId, boolean withStacks);

    /** Asks the consumers of a group that are online where they stand on a topic: offset by queue, by client id. */
    Map<String, Map<TopicPartition, Long>> positions(String group, String topic);

    /**
     * Hands a message to a consumer once more, at once, and waits for its listener.
     *
     * @param topic the topic of the message
     * @param offsetMessageId the id that says where the message is stored
     * @throws MQClientException if the consumer is not online, if the message is not there any more, or with code 207 if the listener takes
     *     longer than ten seconds
     */
    DirectConsumption consumeNow(String group, String clientId, String topic, String offsetMessageId);

    /** The newest messages of a topic that have a key, at most 64, the oldest of them first. */
    List<FoundMessage> queryByKey(String topic, String key);

    /**
     * The newest messages that have a key and were stored in a time range.
     *
     * @param key one of their keys, exactly; no part of one
     * @param from the earliest time, inclusive
     * @param to the latest time, inclusive
     * @param limit so many at most, 1 to 64; a broker may answer with fewer if they are large
     * @return the oldest of them first; none if the topic does not exist
     */
    List<FoundMessage> queryByKey(String topic, String key, Instant from, Instant to, int limit);

    /**
     * The messages with an id that their producer gave them ({@link io.ternmq.client.Message#getMsgID()}). Most often there is one; several if a send was
     * repeated because its answer was lost.
     *
     * @return the oldest first
     */
    List<FoundMessage> queryByUniqueKey(String topic, String messageId);

    /** The message with an id: either the one that says where it is stored, or the one that its producer gave it. */
    Optional<FoundMessage> queryById(String topic, String id);

    /** The first messages of a topic that were stored in a time range, both ends inclusive. */
    MessagePage queryByTime(String topic, Instant from, Instant to, int limit);

    /**
     * Goes on with them.
     *
     * @param next offset by queue, as the page before says; queues that are left out are read from {@code from} on
     * @param limit how many at most
     */
    MessagePage queryByTime(String topic, Instant from, Instant to, Map<TopicPartition, Long> next, int limit);

    /** The oldest messages that a group has given up on. */
    DeadLetterPage deadLetters(String group, int limit);

    /**
     * Goes on with them.
     *
     * @param from offset by queue, as the page before says; queues that are left out are read from their beginning
     * @param limit how many at most
     */
    DeadLetterPage deadLetters(String group, Map<TopicPartition, Long> from, int limit);

    /**
     * Sends a dead letter once more to the topic it came from: same id, same content, not consumed yet. All groups of the topic get it. The letter stays where it
     * is.
     *
     * @return the id that says where the message is stored now
     * @throws MQClientException with code 17 if the topic does not exist any more, with 16 if it takes no messages
     */
    String resend(DeadLetter letter);

    /**
     * The way of a message as clients have told it, by time: nothing if nobody has. Clients tell what they do within a second or so.
     *
     * @param messageId the id that the producer gave to the message
     */
    List<TraceStep> trace(String messageId);

    /** All brokers. */
    List<BrokerInfo> brokers();

    /** How a broker is. */
    BrokerStatus brokerStatus(String broker);

    /** The settings of a broker, by name. */
    Map<String, String> brokerSettings(String broker);

    /**
     * Changes settings of a broker while it runs.
     *
     * @throws MQClientException if one of them does not exist, cannot be changed while it runs, or has a value that is not allowed; then none is
     *     changed by a TernMQ server
     */
    void changeBrokerSettings(String broker, Map<String, String> settings);

    /** Takes the permission to write from all topics of a broker, so that it runs dry; returns how many there were. */
    int wipeWritePermission(String broker);

    /** Gives the permission to write back to all topics of a broker; returns how many there were. */
    int addWritePermission(String broker);

    /** Frees the connections. Calling it again does nothing. */
    @Override
    void close();
}
