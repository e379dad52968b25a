package io.ternmq.protocol.message;

import java.util.Set;

/** Names of the message properties that have a meaning on the wire. */
public final class PropertyNames {
    public static final String TAGS = "TAGS";
    public static final String KEYS = "KEYS";
    /** The id the producer gave: what users see as the message id, unchanged through retries. */
    public static final String UNIQ_KEY = "UNIQ_KEY";

    public static final String WAIT = "WAIT";
    /** Delay level, 1 to 18. */
    public static final String DELAY = "DELAY";

    public static final String RETRY_TOPIC = "RETRY_TOPIC";
    public static final String REAL_TOPIC = "REAL_TOPIC";
    public static final String REAL_QID = "REAL_QID";
    public static final String ORIGIN_MESSAGE_ID = "ORIGIN_MESSAGE_ID";
    public static final String RECONSUME_TIME = "RECONSUME_TIME";
    public static final String MAX_RECONSUME_TIMES = "MAX_RECONSUME_TIMES";
    public static final String MSG_REGION = "MSG_REGION";
    public static final String TRACE_ON = "TRACE_ON";
    public static final String CLUSTER = "CLUSTER";
    public static final String MIN_OFFSET = "MIN_OFFSET";
    public static final String MAX_OFFSET = "MAX_OFFSET";
    public static final String CONSUME_START_TIME = "CONSUME_START_TIME";
    public static final String TRAN_MSG = "TRAN_MSG";
    public static final String PGROUP = "PGROUP";
    public static final String TRANSACTION_ID = "__transactionId__";
    public static final String TRANSACTION_CHECK_TIMES = "TRANSACTION_CHECK_TIMES";
    /** Of a half message that was stored anew: its offset in the queue of half messages before. */
    public static final String TRAN_PREPARED_QUEUE_OFFSET = "TRAN_PREPARED_QUEUE_OFFSET";

    public static final String CHECK_IMMUNITY_TIME = "CHECK_IMMUNITY_TIME_IN_SECONDS";
    public static final String SHARDING_KEY = "__SHARDINGKEY";
    /** Delivery time of ONS clients, epoch milliseconds. */
    public static final String START_DELIVER_TIME = "__STARTDELIVERTIME";

    public static final String TIMER_DELIVER_MS = "TIMER_DELIVER_MS";
    public static final String TIMER_DELAY_MS = "TIMER_DELAY_MS";
    public static final String TIMER_DELAY_SEC = "TIMER_DELAY_SEC";
    /** Of a parked message and of the delivered one: the instant it was parked for, epoch milliseconds. */
    public static final String TIMER_OUT_MS = "TIMER_OUT_MS";
    /** Of a parked message: where the timer index has it, if that is not {@link #TIMER_OUT_MS}. Only TernMQ writes it. */
    public static final String TIMER_SLOT_MS = "TIMER_SLOT_MS";
    /** Of a parked message that was moved: where the timer index had it before. Only TernMQ writes it. */
    public static final String TIMER_MOVED_FROM_MS = "TIMER_MOVED_FROM_MS";
    /** Of a record that cancels a timer: topic and unique key of the message. */
    public static final String TIMER_DEL_UNIQKEY = "TIMER_DEL_UNIQKEY";

    public static final String INSTANCE_ID = "INSTANCE_ID";
    public static final String CORRELATION_ID = "CORRELATION_ID";
    public static final String REPLY_TO_CLIENT = "REPLY_TO_CLIENT";
    public static final String TTL = "TTL";
    public static final String MSG_TYPE = "MSG_TYPE";
    /** Of a reply: when the broker has handed it over. */
    public static final String PUSH_REPLY_TIME = "PUSH_REPLY_TIME";

    /** Of a dead letter: the topic that the message was sent to. */
    public static final String DLQ_ORIGIN_TOPIC = "DLQ_ORIGIN_TOPIC";
    /** Of a dead letter: where the message was stored first. */
    public static final String DLQ_ORIGIN_MESSAGE_ID = "DLQ_ORIGIN_MESSAGE_ID";
    /** Of a dead letter: why its consumer gave it up, if the consumer has said so. */
    public static final String DLQ_REASON = "DLQ_REASON";

    /** Names that users may not set themselves, because peers act upon them. */
    public static final Set<String> RESERVED = Set.of(
            TAGS,
            KEYS,
            UNIQ_KEY,
            WAIT,
            DELAY,
            RETRY_TOPIC,
            REAL_TOPIC,
            REAL_QID,
            ORIGIN_MESSAGE_ID,
            RECONSUME_TIME,
            MAX_RECONSUME_TIMES,
            MSG_REGION,
            TRACE_ON,
            CLUSTER,
            MIN_OFFSET,
            MAX_OFFSET,
            CONSUME_START_TIME,
            TRAN_MSG,
            PGROUP,
            TRANSACTION_ID,
            TRANSACTION_CHECK_TIMES,
            TRAN_PREPARED_QUEUE_OFFSET,
            CHECK_IMMUNITY_TIME,
            SHARDING_KEY,
            START_DELIVER_TIME,
            TIMER_DELIVER_MS,
            TIMER_DELAY_MS,
            TIMER_DELAY_SEC,
            INSTANCE_ID,
            CORRELATION_ID,
            REPLY_TO_CLIENT,
            TTL,
            MSG_TYPE,
            DLQ_ORIGIN_TOPIC,
            DLQ_ORIGIN_MESSAGE_ID,
            DLQ_REASON,
            PUSH_REPLY_TIME,
            "BUYER_ID",
            "TRANSFER_FLAG",
            "CORRECTION_FLAG",
            "MQ2_FLAG",
            TIMER_OUT_MS,
            TIMER_SLOT_MS,
            TIMER_MOVED_FROM_MS,
            TIMER_DEL_UNIQKEY,
            "TIMER_ENQUEUE_MS",
            "TIMER_DEQUEUE_MS",
            "TIMER_ROLL_TIMES",
            "TIMER_DELAY_LEVEL",
            "POP_CK",
            "1ST_POP_TIME",
            "INNER_NUM",
            "INNER_BASE",
            "__CRC32#");

    private PropertyNames() {}
}
