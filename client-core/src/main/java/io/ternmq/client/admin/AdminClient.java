package io.ternmq.client.admin;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.admin.DefaultAdminClient;
import io.ternmq.client.internal.group.ClientRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates, changes, lists and deletes topics and consumer groups. Changes go to the master of every broker of the
 * cluster. Safe for use by many threads.
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

    /** Deletes a topic with its messages from all brokers and name servers; does nothing if there is none. */
    void deleteTopic(String topic);

    /** The names of all topics, those of the system among them. */
    Set<String> topics();

    /** A topic's settings, or nothing if it does not exist. Where brokers differ, those of one of them. */
    Optional<TopicSpec> topic(String topic);

    /** Where a topic is, or nothing if it does not exist. */
    Optional<TopicRoute> route(String topic);

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

    /** All brokers. */
    List<BrokerInfo> brokers();

    /** Frees the connections. Calling it again does nothing. */
    @Override
    void close();
}
