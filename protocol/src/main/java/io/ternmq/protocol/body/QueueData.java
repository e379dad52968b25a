package io.ternmq.protocol.body;

/**
 * The queues of a topic on one broker.
 *
 * @param perm bits of {@link TopicConfig}
 * @param topicSysFlag always 0 here
 * @param topicSynFlag the spelling of peers before 4.9; written beside the other
 */
public record QueueData(
        String brokerName, int readQueueNums, int writeQueueNums, int perm, int topicSysFlag, int topicSynFlag) {}
