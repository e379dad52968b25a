package io.ternmq.interop.client;

/**
 * Settings of a push consumer that starts at the first message of a queue that its group has not consumed before.
 *
 * @param nameServer host and port
 * @param group its group
 * @param topic the topic it subscribes to
 * @param expression the tags it wants
 * @param broadcasting whether every member gets every message
 * @param tls whether its connections are encrypted
 * @param refusals how many times each message is asked for again, after the shortest delay there is, before it is accepted
 */
public record ConsumerSettings(
        String nameServer,
        String group,
        String topic,
        String expression,
        boolean broadcasting,
        boolean tls,
        int refusals) {
    /** A member of a clustering group that wants everything. */
    public static ConsumerSettings of(String nameServer, String group, String topic) {
        return new ConsumerSettings(nameServer, group, topic, "*", false, false, 0);
    }

    /** With only these tags. */
    public ConsumerSettings filtering(String tags) {
        return new ConsumerSettings(nameServer, group, topic, tags, broadcasting, tls, refusals);
    }

    /** With every member getting every message. */
    public ConsumerSettings asBroadcast() {
        return new ConsumerSettings(nameServer, group, topic, expression, true, tls, refusals);
    }

    /** With encrypted connections. */
    public ConsumerSettings withTls() {
        return new ConsumerSettings(nameServer, group, topic, expression, broadcasting, true, refusals);
    }

    /** With each message refused so many times. */
    public ConsumerSettings refusing(int times) {
        return new ConsumerSettings(nameServer, group, topic, expression, broadcasting, tls, times);
    }
}
