package io.ternmq.client.admin;

import io.ternmq.client.MQClientException;

/**
 * A topic as each broker of a cluster keeps it.
 *
 * @param name the topic's name
 * @param readQueues how many queues consumers read
 * @param writeQueues how many queues producers write
 * @param readable whether consumers may read
 * @param writable whether producers may write
 * @param ordered whether the topic is marked as an ordered one
 */
public record TopicSpec(
        String name, int readQueues, int writeQueues, boolean readable, boolean writable, boolean ordered) {

    public TopicSpec {
        if (name.isBlank()) {
            throw new MQClientException("no topic is given: name is empty; give the topic a name");
        }
        if (readQueues < 1 || writeQueues < 1) {
            throw new MQClientException("a topic needs queues: name=" + name + ", readQueues=" + readQueues
                    + ", writeQueues=" + writeQueues + "; both must be 1 or more");
        }
    }

    /** A readable and writable topic with as many queues for reading as for writing. */
    public static TopicSpec of(String name, int queues) {
        return new TopicSpec(name, queues, queues, true, true, false);
    }
}
