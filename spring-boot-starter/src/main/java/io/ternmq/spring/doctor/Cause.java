package io.ternmq.spring.doctor;

/** What may keep a listener from consuming, the most likely first. */
public enum Cause {
    /** It is stopped, or could not be started. */
    NOT_RUNNING,
    /** It is paused. */
    PAUSED,
    /** Its method does not return. */
    STUCK,
    /** Its method fails on each message. */
    FAILING,
    /** It holds as many messages as it may, and fetches no more. */
    CACHE_FULL,
    /** The cluster does not answer. */
    UNREACHABLE,
    /** The cluster does not allow it. */
    NO_PERMISSION,
    /** A topic does not exist. */
    TOPIC_MISSING,
    /** The cluster gives the group no messages, because it is told so. */
    GROUP_DISABLED,
    /** The cluster does not know this member of the group. */
    GROUP_OFFLINE,
    /** Members of the group want different messages. */
    SUBSCRIPTION_DIFFERS,
    /** It has no queue. */
    NO_QUEUE,
    /** It does not want what there is. */
    FILTER_EXCLUDES,
    /** It has consumed everything. */
    AT_END,
    /** It consumes. */
    BEHIND,
    /** It cannot be told, because the cluster did not answer a question. */
    UNKNOWN;

    /** Whether this is as it should be. */
    public boolean isHealthy() {
        return this == AT_END || this == BEHIND;
    }
}
