package io.ternmq.interop.client;

/**
 * Settings of a push consumer that starts at the first message of a queue that its group has not consumed before.
 *
 * @param nameServer host and port
 * @param group its group
 * @param topic the topic it subscribes to
 * @param expression the tags it wants, or with {@code sql} a condition over properties
 * @param sql whether the expression is a condition in SQL92
 * @param broadcasting whether every member gets every message
 * @param tls whether its connections are encrypted
 * @param refusals how many times each message is asked for again, after the shortest delay there is, before it is accepted
 * @param allocation how queues are shared out: AVG, AVG_BY_CIRCLE or CONSISTENT_HASH
 */
public record ConsumerSettings(
        String nameServer,
        String group,
        String topic,
        String expression,
        boolean sql,
        boolean broadcasting,
        boolean tls,
        int refusals,
        String allocation) {
    /** A member of a clustering group that wants everything. */
    public static ConsumerSettings of(String nameServer, String group, String topic) {
        return new ConsumerSettings(nameServer, group, topic, "*", false, false, false, 0, "AVG");
    }

    /** With only these tags. */
    public ConsumerSettings filtering(String tags) {
        return new ConsumerSettings(nameServer, group, topic, tags, false, broadcasting, tls, refusals, allocation);
    }

    /** With only those of which a condition in SQL92 is true. */
    public ConsumerSettings selecting(String condition) {
        return new ConsumerSettings(nameServer, group, topic, condition, true, broadcasting, tls, refusals, allocation);
    }

    /** With every member getting every message. */
    public ConsumerSettings asBroadcast() {
        return new ConsumerSettings(nameServer, group, topic, expression, sql, true, tls, refusals, allocation);
    }

    /** With encrypted connections. */
    public ConsumerSettings withTls() {
        return new ConsumerSettings(
                nameServer, group, topic, expression, sql, broadcasting, true, refusals, allocation);
    }

    /** With each message refused so many times. */
    public ConsumerSettings refusing(int times) {
        return new ConsumerSettings(nameServer, group, topic, expression, sql, broadcasting, tls, times, allocation);
    }

    /** With queues shared out in another way. */
    public ConsumerSettings sharing(String strategy) {
        return new ConsumerSettings(nameServer, group, topic, expression, sql, broadcasting, tls, refusals, strategy);
    }
}
