package io.ternmq.broker.topic;

/**
 * One queue of a topic.
 *
 * @param topic name of the topic
 * @param queue number of the queue, from zero
 */
public record QueueId(String topic, int queue) {
    @Override
    public String toString() {
        return topic + "/" + queue;
    }
}
