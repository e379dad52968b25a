package io.ternmq.protocol.message;

import org.jspecify.annotations.Nullable;

/** Rules and forms of topic and group names. */
public final class ResourceNames {
    /** Prefix of the topic that holds a group's retries. */
    public static final String RETRY_PREFIX = "%RETRY%";

    /** Prefix of the topic that holds a group's dead letters. */
    public static final String DLQ_PREFIX = "%DLQ%";

    /** The template that producers ask for when a topic has no route yet. */
    public static final String AUTO_CREATE_TOPIC = "TBW102";

    /** Where genuine brokers keep messages with a delay level; nothing waits here, and nobody may send to it. */
    public static final String SCHEDULE_TOPIC = "SCHEDULE_TOPIC_XXXX";

    /** Where messages wait for their delivery time. */
    public static final String TIMER_TOPIC = "rmq_sys_wheel_timer";

    /** Where half messages wait. */
    public static final String HALF_TOPIC = "RMQ_SYS_TRANS_HALF_TOPIC";

    /** Records of half messages that are done with. */
    public static final String OP_HALF_TOPIC = "RMQ_SYS_TRANS_OP_HALF_TOPIC";

    /** Half messages that were asked about too often. */
    public static final String CHECK_MAX_TIME_TOPIC = "TRANS_CHECK_MAX_TIME_TOPIC";

    /** The longest topic name, so that consumers of every age can read it. */
    public static final int MAX_TOPIC = 127;

    /** The longest retry or dead-letter topic name. */
    public static final int MAX_RETRY_TOPIC = 255;

    /** The longest group name. */
    public static final int MAX_GROUP = 120;

    private ResourceNames() {}

    /** Returns the retry topic of a group. */
    public static String retryTopic(String group) {
        return RETRY_PREFIX + group;
    }

    /** Returns the topic of what a group has popped from a topic and not acknowledged in time. */
    public static String popRetryTopic(String group, String topic) {
        return RETRY_PREFIX + group + "_" + topic;
    }

    /** Returns the dead-letter topic of a group. */
    public static String deadLetterTopic(String group) {
        return DLQ_PREFIX + group;
    }

    /** Returns whether a topic holds the retries of a group. */
    public static boolean isRetryTopic(String topic) {
        return topic.startsWith(RETRY_PREFIX);
    }

    /** Returns whether a topic holds the dead letters of a group. */
    public static boolean isDeadLetterTopic(String topic) {
        return topic.startsWith(DLQ_PREFIX);
    }

    /** Returns what is wrong with a topic name, or {@code null} if it is right. */
    public static @Nullable String findTopicFault(@Nullable String topic) {
        int most = topic != null && (isRetryTopic(topic) || topic.startsWith(DLQ_PREFIX)) ? MAX_RETRY_TOPIC : MAX_TOPIC;
        return findFault("topic", topic, most);
    }

    /** Returns what is wrong with a group name, or {@code null} if it is right. */
    public static @Nullable String findGroupFault(@Nullable String group) {
        return findFault("group", group, MAX_GROUP);
    }

    private static @Nullable String findFault(String what, @Nullable String name, int most) {
        if (name == null || name.isBlank()) {
            return what + " name is blank; give one of 1 to " + most + " characters";
        }
        if (name.length() > most) {
            return what + " name is too long: " + what + "=" + name + ", length=" + name.length() + ", most=" + most;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isAllowed(name.charAt(i))) {
                return what + " name has an illegal character: " + what + "=" + name + ", character='" + name.charAt(i)
                        + "', allowed are letters, digits, '_', '-', '%' and '|'";
            }
        }
        return null;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_-%|".indexOf(c) >= 0;
    }
}
