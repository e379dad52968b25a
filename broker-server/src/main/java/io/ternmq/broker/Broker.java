package io.ternmq.broker;

import io.ternmq.broker.base.AgentRunner;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.delivery.PopLeases;
import io.ternmq.broker.delivery.WaitingPops;
import io.ternmq.broker.delivery.WaitingPulls;
import io.ternmq.broker.file.Files;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.group.QueueLocks;
import io.ternmq.broker.group.RequestModes;
import io.ternmq.broker.group.UnreadMessages;
import io.ternmq.broker.query.KeyIndex;
import io.ternmq.broker.query.MessageSearch;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.RequestRouter;
import io.ternmq.broker.request.admin.BrokerAdminHandler;
import io.ternmq.broker.request.admin.GroupAdminHandler;
import io.ternmq.broker.request.admin.LiveSettings;
import io.ternmq.broker.request.admin.TopicAdminHandler;
import io.ternmq.broker.request.consume.AckHandler;
import io.ternmq.broker.request.consume.ConsumeChecks;
import io.ternmq.broker.request.consume.ConsumeOffsetHandler;
import io.ternmq.broker.request.consume.PopHandler;
import io.ternmq.broker.request.consume.PullHandler;
import io.ternmq.broker.request.consume.QueryMessageHandler;
import io.ternmq.broker.request.consume.QueueOffsetHandler;
import io.ternmq.broker.request.consume.ViewMessageHandler;
import io.ternmq.broker.request.group.AssignmentHandler;
import io.ternmq.broker.request.group.HeartbeatHandler;
import io.ternmq.broker.request.group.LockHandler;
import io.ternmq.broker.request.group.MemberNotifier;
import io.ternmq.broker.request.produce.RecallHandler;
import io.ternmq.broker.request.produce.ReplyHandler;
import io.ternmq.broker.request.produce.SendBackHandler;
import io.ternmq.broker.request.produce.SendHandler;
import io.ternmq.broker.request.route.KeyValueHandler;
import io.ternmq.broker.request.route.KeyValues;
import io.ternmq.broker.request.route.RouteHandler;
import io.ternmq.broker.request.transact.EndTransactionHandler;
import io.ternmq.broker.request.transact.HalfMessagesHandler;
import io.ternmq.broker.schedule.DelayLevels;
import io.ternmq.broker.schedule.TimerIndex;
import io.ternmq.broker.schedule.Timers;
import io.ternmq.broker.security.AccessControl;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.SystemTopics;
import io.ternmq.broker.topic.Topics;
import io.ternmq.broker.transaction.CheckBack;
import io.ternmq.broker.transaction.HalfMessages;
import io.ternmq.broker.transaction.PendingHalves;
import io.ternmq.broker.transaction.Transactions;
import io.ternmq.broker.transport.NettyServer;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.message.UniqueIds;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker that is running: name service and message broker on one port. Any number of them may run in one JVM. Every part is built here, by
 * its constructor, and knows only the parts it was given.
 *
 * <p>Starting and closing block. Closing twice does nothing the second time.
 */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final int WAITING_PULLS = 200_000;

    private final NettyServer server;
    private final Path dataDirectory;
    private final Timers timers;
    private final CheckBack checkBack;
    private final PopLeases leases;
    private final Inspection inspection;
    private final Parts parts;

    private Broker(
            NettyServer server,
            Path dataDirectory,
            Timers timers,
            CheckBack checkBack,
            PopLeases leases,
            Inspection inspection,
            Parts parts) {
        this.server = server;
        this.dataDirectory = dataDirectory;
        this.timers = timers;
        this.checkBack = checkBack;
        this.leases = leases;
        this.inspection = inspection;
        this.parts = parts;
    }

    /** Starts an embedded broker with the defaults: a free port of 127.0.0.1 and a temporary directory. */
    public static Broker start() throws IOException {
        return start(BrokerConfig.builder().build());
    }

    /**
     * Starts a broker; it serves when this returns.
     *
     * @throws IOException in one sentence, if the port or the directory cannot be had or what is in it cannot be read
     * @throws IllegalArgumentException if the settings contradict each other
     */
    public static Broker start(BrokerConfig config) throws IOException {
        return start(config, Clock.system(), DelayLevels.standard());
    }

    static Broker start(BrokerConfig config, Clock clock, DelayLevels levels) throws IOException {
        return start(config, clock, levels, Files.real());
    }

    static Broker start(BrokerConfig config, Clock clock, DelayLevels levels, Files files) throws IOException {
        checkReach(config);
        Parts parts = new Parts();
        try {
            return build(config, clock, levels, files, parts);
        } catch (IOException | RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }

    private static Broker build(BrokerConfig config, Clock clock, DelayLevels levels, Files files, Parts parts)
            throws IOException {
        BrokerIdentity identity = identity(config.names());
        Path directory = config.dataDirectory() == null
                ? parts.add(TemporaryDirectory.create()).path()
                : config.dataDirectory();

        WaitingPulls waitingPulls = new WaitingPulls(WAITING_PULLS);
        WaitingPops waitingPops = new WaitingPops(WAITING_PULLS);
        Statistics statistics = new Statistics(clock, ZoneId.systemDefault());
        // Before anything in it is looked at: another broker may be writing there.
        Closeable directoryLock = parts.add(MessageStore.lock(directory, files));
        Followers followers = Followers.open(files, directory, config.transactions());
        KeyIndex keys = followers.keys();
        HalfMessages halves = followers.halves();
        TimerIndex timerIndex = followers.timers();
        BrokerMeters meters = new BrokerMeters(config.meterRegistry(), identity.brokerName());
        UnreadMessages unread = new UnreadMessages(meters.registry());
        MessageStore store = parts.add(MessageStore.open(
                config.storage().toStoreConfig(directory),
                files,
                clock,
                new Arrivals(waitingPulls, waitingPops),
                followers.allAnd(statistics),
                unread,
                directoryLock));
        parts.add(meters).watch(store);
        statistics.start();
        Path state = directory.resolve("state");
        files.createDirectories(state);

        SystemTopics systemTopics = new SystemTopics(
                identity.clusterName(), identity.brokerName(), config.autoCreateTopics(), config.traceTopics());
        Topics topics = Topics.open(new SnapshotFile(files, state.resolve("topics.json")), clock, systemTopics);
        GroupSettings groups = GroupSettings.open(new SnapshotFile(files, state.resolve("groups.json")), clock);
        Offsets offsets = Offsets.open(new SnapshotFile(files, state.resolve("offsets.json")));
        offsets.limitTo(store::maxOffset);
        unread.watch(offsets);
        KeyValues keyValues = KeyValues.open(new SnapshotFile(files, state.resolve("key-values.json")));
        Timers timers = new Timers(timerIndex, store, topics, levels, config.maxDelay(), clock);
        Consumers consumers = new Consumers(clock, new MemberNotifier(groups));
        Producers producers = new Producers(clock);
        QueueLocks locks = new QueueLocks(clock);
        Transactions transactions = new Transactions(halves, store, timers::append);
        CheckBack checkBack =
                parts.add(new CheckBack(halves, transactions, store, producers, identity.brokerName(), clock));
        Housekeeping housekeeping = new Housekeeping(topics, groups, offsets, consumers, producers, locks, statistics);
        parts.add(housekeeping::save);
        parts.add(AgentRunner.start(housekeeping));

        parts.add(timers);
        timers.start();
        checkBack.start();

        ExecutorService blocking = parts.add(RequestThreads.create()).executor();
        UniqueIds ids = new UniqueIds(InetAddress.getLoopbackAddress(), clock::millis);
        SendHandler send = new SendHandler(
                identity,
                topics,
                groups,
                locks,
                timers,
                store,
                transactions,
                producers,
                config.storage().maxMessageBytes(),
                config.traceTopics(),
                blocking,
                ids);
        ReplyHandler reply = new ReplyHandler(identity, producers, clock);
        SendBackHandler sendBack = new SendBackHandler(identity, topics, groups, timers, store);
        ConsumeChecks checks = new ConsumeChecks(topics, groups, consumers);
        PullHandler pull = new PullHandler(checks, consumers, offsets, store, waitingPulls, blocking, statistics);
        PopLeases leases = parts.add(new PopLeases(store, offsets, topics, groups, clock, waitingPops));
        leases.start();
        PopHandler pop = new PopHandler(checks, topics, consumers, leases, waitingPops, blocking, statistics, clock);
        AckHandler ack = new AckHandler(identity, topics, store, leases, clock);
        AssignmentHandler assignment = new AssignmentHandler(
                identity,
                topics,
                consumers,
                RequestModes.open(new SnapshotFile(files, state.resolve("request-modes.json"))));
        ConsumeOffsetHandler consumeOffset = new ConsumeOffsetHandler(topics, groups, offsets, store);
        QueueOffsetHandler queueOffset = new QueueOffsetHandler(topics, store);
        HeartbeatHandler heartbeat = new HeartbeatHandler(topics, groups, consumers, producers, waitingPops::left);
        LockHandler lock = new LockHandler(identity, locks);
        RouteHandler route = new RouteHandler(identity, topics, keyValues);
        KeyValueHandler keyValue = new KeyValueHandler(keyValues);
        TopicAdminHandler topicAdmin =
                new TopicAdminHandler(identity, topics, offsets, store, consumers::queuesChanged);
        GroupAdminHandler groupAdmin = new GroupAdminHandler(groups, offsets, topics);
        LiveSettings settings = new LiveSettings(
                config.describe(),
                config.storage().retention(),
                config.storage().diskSharePercent(),
                store);
        BrokerAdminHandler brokerAdmin = new BrokerAdminHandler(
                identity,
                topics,
                consumers,
                store,
                List.of(transactions::figures, unread::describe),
                settings,
                statistics,
                clock);

        EndTransactionHandler endTransaction = new EndTransactionHandler(transactions);
        HalfMessagesHandler halfMessages = new HalfMessagesHandler(transactions, new PendingHalves(halves, store));
        OperatorRequests operatorRequests = new OperatorRequests(
                identity, topics, groups, consumers, producers, offsets, store, waitingPulls, statistics, clock);

        RequestRouter router = RequestRouter.builder(AccessControl.allowAll(), blocking)
                .on(RequestCode.SEND_MESSAGE, send)
                .on(RequestCode.SEND_MESSAGE_V2, send)
                .on(RequestCode.SEND_BATCH_MESSAGE, send)
                .include(operatorRequests)
                .on(RequestCode.SEND_REPLY_MESSAGE, reply)
                .on(RequestCode.SEND_REPLY_MESSAGE_V2, reply)
                .blocking(RequestCode.CONSUMER_SEND_MSG_BACK, sendBack)
                .blocking(RequestCode.END_TRANSACTION, endTransaction)
                .blocking(RequestCode.RESUME_CHECK_HALF_MESSAGE, halfMessages::resume)
                .blocking(RequestCode.GET_PENDING_HALF_MESSAGES, halfMessages::list)
                .blocking(RequestCode.RECALL_MESSAGE, new RecallHandler(identity, timers, blocking))
                .on(RequestCode.PULL_MESSAGE, pull)
                .on(RequestCode.LITE_PULL_MESSAGE, pull)
                .on(RequestCode.POP_MESSAGE, pop::pop)
                .blocking(RequestCode.PEEK_MESSAGE, pop::peek)
                .on(RequestCode.NOTIFICATION, pop::notification)
                .on(RequestCode.POLLING_INFO, pop::pollingInfo)
                .on(RequestCode.ACK_MESSAGE, ack::acknowledge)
                .on(RequestCode.BATCH_ACK_MESSAGE, ack::acknowledgeAll)
                .on(RequestCode.CHANGE_MESSAGE_INVISIBLETIME, ack::change)
                .on(RequestCode.QUERY_ASSIGNMENT, assignment::query)
                .blocking(RequestCode.SET_MESSAGE_REQUEST_MODE, assignment::setMode)
                .on(RequestCode.GET_ALL_MESSAGE_REQUEST_MODE, assignment::modes)
                .on(RequestCode.QUERY_CONSUMER_OFFSET, consumeOffset::query)
                .on(RequestCode.UPDATE_CONSUMER_OFFSET, consumeOffset::update)
                .blocking(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, queueOffset::search)
                .on(RequestCode.GET_MAX_OFFSET, queueOffset::max)
                .on(RequestCode.GET_MIN_OFFSET, queueOffset::min)
                .blocking(RequestCode.GET_EARLIEST_MSG_STORETIME, queueOffset::earliestStoreTime)
                .blocking(RequestCode.VIEW_MESSAGE_BY_ID, new ViewMessageHandler(store))
                .blocking(RequestCode.QUERY_MESSAGE, new QueryMessageHandler(keys, new MessageSearch(keys, store)))
                .on(RequestCode.HEART_BEAT, heartbeat::heartbeat)
                .on(RequestCode.UNREGISTER_CLIENT, heartbeat::unregister)
                .on(RequestCode.GET_CONSUMER_LIST_BY_GROUP, heartbeat::members)
                .on(RequestCode.CHECK_CLIENT_CONFIG, heartbeat::check)
                .on(RequestCode.LOCK_BATCH_MQ, lock::lock)
                .on(RequestCode.UNLOCK_BATCH_MQ, lock::unlock)
                .on(RequestCode.GET_ROUTEINFO_BY_TOPIC, route::route)
                .on(RequestCode.GET_BROKER_CLUSTER_INFO, route::cluster)
                .on(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, route::topics)
                .on(RequestCode.GET_TOPICS_BY_CLUSTER, route::topicsOfCluster)
                .on(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS, route::systemTopics)
                .on(RequestCode.DELETE_TOPIC_IN_NAMESRV, route::forget)
                .blocking(RequestCode.PUT_KV_CONFIG, keyValue::put)
                .on(RequestCode.GET_KV_CONFIG, keyValue::get)
                .blocking(RequestCode.DELETE_KV_CONFIG, keyValue::delete)
                .on(RequestCode.GET_KVLIST_BY_NAMESPACE, keyValue::list)
                .blocking(RequestCode.UPDATE_AND_CREATE_TOPIC, topicAdmin::create)
                .blocking(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, topicAdmin::createAll)
                .blocking(RequestCode.DELETE_TOPIC_IN_BROKER, topicAdmin::delete)
                .blocking(RequestCode.GET_TOPIC_CONFIG, topicAdmin::get)
                .blocking(RequestCode.GET_ALL_TOPIC_CONFIG, topicAdmin::getAll)
                .blocking(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER, topicAdmin::systemTopics)
                .blocking(RequestCode.WIPE_WRITE_PERM_OF_BROKER, topicAdmin::wipeWritePermission)
                .blocking(RequestCode.ADD_WRITE_PERM_OF_BROKER, topicAdmin::addWritePermission)
                .blocking(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, groupAdmin::create)
                .blocking(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, groupAdmin::createAll)
                .blocking(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, groupAdmin::getAll)
                .blocking(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, groupAdmin::get)
                .blocking(RequestCode.DELETE_SUBSCRIPTIONGROUP, groupAdmin::delete)
                .blocking(RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, groupAdmin::permission)
                .blocking(RequestCode.GET_BROKER_RUNTIME_INFO, brokerAdmin::figures)
                .blocking(RequestCode.GET_BROKER_CONFIG, brokerAdmin::settings)
                .blocking(RequestCode.UPDATE_BROKER_CONFIG, brokerAdmin::change)
                .build();

        NettyServer server = parts.add(NettyServer.start(config.transport(), router));
        LOG.debug("broker is ready: address={}, data-dir={}", text(server.address()), directory);
        Inspection inspection = new Inspection(topics, store, timers, leases, consumers, offsets, server::connections);
        return new Broker(server, directory, timers, checkBack, leases, inspection, parts);
    }

    /** Returns the port that is listened on. */
    public int port() {
        return server.address().getPort();
    }

    /** Returns the address, as host and port, that a client on this machine may use. */
    public String address() {
        InetSocketAddress address = server.address();
        return address.getAddress().isAnyLocalAddress() ? "127.0.0.1:" + address.getPort() : text(address);
    }

    /** Returns where everything is kept. */
    public Path dataDirectory() {
        return dataDirectory;
    }

    /**
     * Lets everything that waits come closer by {@code time}, for tests that cannot: delayed and timed messages, retries, and the checks of
     * transactions. Messages that are due then are in their queues when this returns. What is sent afterwards waits its full time. Leases of messages
     * that are in hand, locks, heartbeats, expiry and timeouts do not notice, so no client is taken for dead.
     */
    public void advanceTimers(Duration time) {
        timers.advance(time);
        checkBack.advance(time);
        leases.advance(time);
    }

    /** Returns what shows from within what the broker holds, for tests. */
    public Inspection inspection() {
        return inspection;
    }

    /** Stops serving, writes everything to disk and gives back port and directory. */
    @Override
    public void close() {
        parts.close();
    }

    private static void checkReach(BrokerConfig config) throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(config.transport().host());
        } catch (UnknownHostException e) {
            throw new IOException(
                    "cannot listen: listen=" + config.transport().host()
                            + " is not an address of this machine; use 127.0.0.1, or an address of a network card",
                    e);
        }
        if (!address.isLoopbackAddress() && !config.allowUnauthenticated()) {
            throw new IllegalArgumentException("listen reaches beyond this machine without authentication: listen="
                    + config.transport().host()
                    + "; listen on 127.0.0.1, or set allow-unauthenticated=true to let everybody in who"
                    + " reaches the port");
        }
    }

    private static BrokerIdentity identity(BrokerConfig.Names names) throws IOException {
        String text = names.advertisedAddress();
        if (text == null) {
            return new BrokerIdentity(names.cluster(), names.broker(), null);
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? 0 : Integer.parseInt(text.substring(colon + 1));
        try {
            return new BrokerIdentity(
                    names.cluster(),
                    names.broker(),
                    new BrokerIdentity.Advertised(host, port, InetAddress.getByName(host)));
        } catch (UnknownHostException e) {
            throw new IOException(
                    "advertised-address cannot be resolved: advertised-address=" + text
                            + "; use an address that clients reach",
                    e);
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** What has been opened, to be closed in reverse order, whatever becomes of each. */
    private static final class Parts {
        private final Deque<AutoCloseable> opened = new ArrayDeque<>();

        synchronized <T extends AutoCloseable> T add(T part) {
            opened.push(part);
            return part;
        }

        synchronized void close() {
            @Nullable AutoCloseable part;
            while ((part = opened.poll()) != null) {
                try {
                    part.close();
                } catch (Exception e) {
                    LOG.error("part cannot be closed: part={}", part.getClass().getSimpleName(), e);
                }
            }
        }
    }
}
