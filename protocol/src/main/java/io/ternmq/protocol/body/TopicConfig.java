package io.ternmq.protocol.body;

import java.util.Map;

/**
 * Definition of a topic.
 *
 * @param perm bits {@link #PERM_READ}, {@link #PERM_WRITE}, {@link #PERM_INHERIT}
 * @param topicFilterType always SINGLE_TAG today
 * @param order whether its queues are pinned for ordered messages
 * @param attributes such as {@code message.type}
 */
public record TopicConfig(
        String topicName,
        int readQueueNums,
        int writeQueueNums,
        int perm,
        String topicFilterType,
        int topicSysFlag,
        boolean order,
        Map<String, String> attributes) {

    /** Bit: may be consumed. */
    public static final int PERM_READ = 4;

    /** Bit: may be sent to. */
    public static final int PERM_WRITE = 2;

    /** Bit: may serve as template for topics created by a send. */
    public static final int PERM_INHERIT = 1;

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public TopicConfig {
        topicFilterType = topicFilterType == null ? "SINGLE_TAG" : topicFilterType;
        attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
    }

    /** Returns an ordinary topic: readable and writable, as many read as write queues. */
    public static TopicConfig of(String name, int queues) {
        return new TopicConfig(name, queues, queues, PERM_READ | PERM_WRITE, "SINGLE_TAG", 0, false, Map.of());
    }
}
