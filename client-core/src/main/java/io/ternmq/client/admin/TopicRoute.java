package io.ternmq.client.admin;

import java.util.List;

/**
 * Where a topic is: the brokers that hold it, and how many queues each has.
 *
 * @param topic the topic's name
 * @param queues queues by broker name
 * @param brokers the brokers, with their addresses
 */
public record TopicRoute(String topic, List<BrokerQueues> queues, List<BrokerInfo> brokers) {

    public TopicRoute {
        queues = List.copyOf(queues);
        brokers = List.copyOf(brokers);
    }

    /** The topic's queues on one broker. */
    public record BrokerQueues(
            String brokerName, int readQueues, int writeQueues, boolean readable, boolean writable) {}
}
