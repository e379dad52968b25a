package io.ternmq.client;

/**
 * The keys of the {@code Properties} that {@link MQFactory} takes. Keys are found whatever their case; an unknown key
 * is refused. Numbers and switches may be given as text or as objects.
 */
public final class PropertyKeyConst {

    /** Name servers, {@code host:port}, several separated by {@code ;}. This or {@link #ONSAddr} is required. */
    public static final String NAMESRV_ADDR = "NAMESRV_ADDR";

    /** The same as {@link #NAMESRV_ADDR}; a leading {@code http://} is dropped. */
    public static final String ONSAddr = "ONSAddr";

    /** The group of a producer or consumer. */
    public static final String GROUP_ID = "GROUP_ID";

    /** The group of a producer; the older name of {@link #GROUP_ID}. */
    public static final String ProducerId = "ProducerId";

    /** The group of a consumer; the older name of {@link #GROUP_ID}. */
    public static final String ConsumerId = "ConsumerId";

    /** With {@link #SecretKey}: requests are signed. */
    public static final String AccessKey = "AccessKey";

    /** With {@link #AccessKey}: requests are signed. */
    public static final String SecretKey = "SecretKey";

    /** The token that goes with temporary credentials. */
    public static final String SecurityToken = "SecurityToken";

    /** The channel that is named in signed requests, {@code ALIYUN} by default in the original SDK; optional. */
    public static final String OnsChannel = "OnsChannel";

    /** Tells apart clients of one JVM that would otherwise share their connections and their id. */
    public static final String InstanceName = "InstanceName";

    /**
     * Tells apart applications of one JVM that are instances of their own, {@link ClientConfig#scope()}. Not in the original SDK. Spring's
     * contexts set it for their beans.
     */
    public static final String Scope = "scope";

    /** Producer: milliseconds after which a send has succeeded or failed, 3000 by default. */
    public static final String SendMsgTimeoutMillis = "SendMsgTimeoutMillis";

    /**
     * Transactional producer: seconds from the storing of a message to the first check of its transaction, 1 to 604800; the broker's
     * setting (6) by default. Also a user property of a transactional message, which then goes for this message.
     */
    public static final String CheckImmunityTimeInSeconds = "CheckImmunityTimeInSeconds";

    /** Consumer: {@link PropertyValueConst#CLUSTERING} (default) or {@link PropertyValueConst#BROADCASTING}. */
    public static final String MessageModel = "MessageModel";

    /** Consumer: how many messages are handled at the same time, 1 to 1000, 20 by default. */
    public static final String ConsumeThreadNums = "ConsumeThreadNums";

    /**
     * Consumer: how often a failed message is delivered again before it becomes a dead letter; 16 by default, without
     * limit in order.
     */
    public static final String MaxReconsumeTimes = "maxReconsumeTimes";

    /** Consumer in order: milliseconds between a failure and the next try, 10 to 30000, 1000 by default. */
    public static final String SuspendTimeMillis = "suspendTimeMillis";

    /** Consumer in batches: how many messages a listener gets at most at once, 1 to 1024, 32 by default. */
    public static final String ConsumeMessageBatchMaxSize = "consumeMessageBatchMaxSize";

    /** Consumer: how queues are shared out in the group, a name of {@link AllocationStrategy}; AVG by default. */
    public static final String ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME = "ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME";

    /** Pull consumer: whether progress is committed without being asked to, {@code true} by default. */
    public static final String AUTO_COMMIT = "autoCommit";

    /** Pull consumer: milliseconds between two such commits, 5000 by default. */
    public static final String AUTO_COMMIT_INTERVAL_MILLIS = "autoCommitIntervalMillis";

    /** Consumer: how messages come, a name of {@link io.ternmq.client.ConsumeMode}; PULL by default. */
    public static final String ConsumeMode = "consumeMode";

    /** Consumer: minutes after which a message that is still being handled counts as failed, 15 by default. */
    public static final String ConsumeTimeout = "consumeTimeout";

    /** Consumer: how many messages may wait in memory for the listeners, 100 to 50000, 5000 by default. */
    public static final String MaxCachedMessageAmount = "maxCachedMessageAmount";

    /** Consumer: how many MiB of messages may wait in memory for the listeners, 16 to 2048, 512 by default. */
    public static final String MaxCachedMessageSizeInMiB = "maxCachedMessageSizeInMiB";

    /** Accepted so that existing configurations work; this client always uses the address of the route. */
    public static final String isVipChannelEnabled = "isVipChannelEnabled";

    /** Accepted so that existing configurations work, without effect. */
    public static final String MQType = "MQType";

    /** Whether messages are traced, {@code true} (default) or {@code false}. */
    public static final String MsgTraceSwitch = "MsgTraceSwitch";

    /**
     * What happens when the cluster is away at the start, a name of {@link io.ternmq.client.StartPolicy}; FAIL by default. Not in the original
     * SDK, which always fails.
     */
    public static final String StartPolicy = "startPolicy";

    /** With the start policy WAIT: milliseconds to wait for the cluster, 60000 by default. */
    public static final String StartTimeoutMillis = "startTimeoutMillis";

    private PropertyKeyConst() {}
}
