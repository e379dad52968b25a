package io.ternmq.spring.support;

/**
 * Names of the headers that stand for what the protocol keeps apart from user properties. A user property has its own,
 * plain name as a header.
 *
 * <p>The first five are read from a message to be sent; all are set on a message that was received. A header that is not
 * known of a message (no tag, no key) is absent.
 */
public final class TernMQHeaders {

    /** What all these names begin with; never the name of a user property. */
    public static final String PREFIX = "ternmq_";

    /** The topic, {@code String}; to be sent: {@code topic} or {@code topic:tag}. */
    public static final String TOPIC = PREFIX + "topic";

    /** The tag by which consumers filter, {@code String}. */
    public static final String TAGS = PREFIX + "tags";

    /** The business keys, {@code String}, several separated by blanks; to be sent also a {@code Collection}. */
    public static final String KEYS = PREFIX + "keys";

    /** The key whose messages stay in order, {@code String}. */
    public static final String SHARDING_KEY = PREFIX + "shardingKey";

    /**
     * The earliest time of delivery, {@code Long} milliseconds since the epoch; to be sent also an {@code Instant}.
     */
    public static final String DELIVER_AT = PREFIX + "deliverAt";

    /** The message's id, {@code String}: the same for every group and every retry. */
    public static final String MESSAGE_ID = PREFIX + "messageId";

    /** How often the message was delivered to this group before, {@code Integer}. */
    public static final String RECONSUME_TIMES = PREFIX + "reconsumeTimes";

    /** When it was sent, by the sender's clock, {@code Long} milliseconds since the epoch. */
    public static final String BORN_TIMESTAMP = PREFIX + "bornTimestamp";

    /** The address it was sent from, {@code String}, {@code host:port}. */
    public static final String BORN_HOST = PREFIX + "bornHost";

    /** When it was stored, by the broker's clock, {@code Long} milliseconds since the epoch. */
    public static final String STORE_TIMESTAMP = PREFIX + "storeTimestamp";

    /** The broker it came from, {@code String}. */
    public static final String BROKER_NAME = PREFIX + "brokerName";

    /** The number of the queue it came from, {@code Integer}. */
    public static final String QUEUE_ID = PREFIX + "queueId";

    /** Its position in that queue, {@code Long}. */
    public static final String OFFSET = PREFIX + "offset";

    /** The group that consumes it, {@code String}. */
    public static final String GROUP = PREFIX + "group";

    /** Of a dead letter: the topic that it was sent to first, {@code String}. */
    public static final String ORIGINAL_TOPIC = PREFIX + "originalTopic";

    /** Of a dead letter: why it died, as far as its consumer has said so, {@code String}. */
    public static final String DEAD_LETTER_REASON = PREFIX + "deadLetterReason";

    private TernMQHeaders() {}
}
