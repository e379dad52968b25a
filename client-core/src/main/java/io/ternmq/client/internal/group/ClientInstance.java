package io.ternmq.client.internal.group;

import io.netty.buffer.ByteBuf;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.connection.Connections;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.NameServers;
import io.ternmq.client.internal.route.Route;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.client.internal.trace.Tracer;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.CheckTransactionHeader;
import io.ternmq.protocol.header.UnregisterHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.protocol.message.UniqueIds;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the producers, consumers and admin clients of one configuration share: connections, routes, heartbeats and the
 * client id under which brokers know them. A group may be in it once as producers and once as consumers.
 */
public final class ClientInstance {

    private static final Logger LOGGER = LoggerFactory.getLogger(ClientInstance.class);

    private final ClientConfig config;
    private final String clientId;
    private final ClientRuntime runtime;
    private final Connections connections;
    private final NameServers nameServers;
    private final TopicRoutes routes;
    private final Heartbeats heartbeats;
    private final UniqueIds uniqueIds;
    private final OperatorRequests operatorRequests;
    private final Set<GroupClaim> claims;
    private final Set<String> producers = ConcurrentHashMap.newKeySet();
    private final Map<String, GroupMember> consumers = new ConcurrentHashMap<>();
    private final Map<String, TransactionMember> transactions = new ConcurrentHashMap<>();
    private final Replies replies = new Replies();
    private final Tracer tracer;
    private final Reach reach;
    private final SharedThreads listenerThreads;

    ClientInstance(
            ClientConfig config, String clientId, InetAddress address, ClientRuntime runtime, Set<GroupClaim> claims) {
        this.claims = claims;
        this.config = config;
        this.clientId = clientId;
        this.runtime = runtime;
        this.uniqueIds = new UniqueIds(address, System::currentTimeMillis);
        this.operatorRequests = new OperatorRequests(consumers::get);
        this.connections = new Connections(runtime, config, this::handle, this::connected);
        this.nameServers = new NameServers(config.nameServers(), connections);
        this.routes = new TopicRoutes(nameServers, runtime, this::routeChanged);
        this.tracer = new Tracer(config.trace(), address.getHostAddress(), connections, routes, runtime, uniqueIds);
        this.heartbeats = new Heartbeats(clientId, connections, routes, runtime, producers, consumers);
        this.listenerThreads = new SharedThreads(config.maxListenerThreads());
        this.reach = new Reach(config, runtime, routes::loadTemplate, waitNanos(connections), this::found);
    }

    /** The id under which brokers know this client. */
    public String clientId() {
        return clientId;
    }

    public ClientRuntime runtime() {
        return runtime;
    }

    public Connections connections() {
        return connections;
    }

    public NameServers nameServers() {
        return nameServers;
    }

    public TopicRoutes routes() {
        return routes;
    }

    public Heartbeats heartbeats() {
        return heartbeats;
    }

    /** Where producers and consumers tell about their messages. */
    public Tracer tracer() {
        return tracer;
    }

    /** Who waits for replies to requests. */
    public Replies replies() {
        return replies;
    }

    /** The platform threads of all listeners. */
    public SharedThreads listenerThreads() {
        return listenerThreads;
    }

    /** Makes message ids. */
    public UniqueIds uniqueIds() {
        return uniqueIds;
    }

    /** Joins a group as producer; refused if it is joined already. */
    public void addProducer(String group) {
        claim("producer", group);
        producers.add(group);
    }

    /** Joins a group as consumer; refused if it is joined already. */
    public void addConsumer(String group, GroupMember member) {
        claim("consumer", group);
        consumers.put(group, member);
    }

    /** Answers for the transactions of a group that was joined as producer: to all brokers, whatever topics the application has used so far. */
    public void addTransactions(String group, TransactionMember member) {
        transactions.put(group, member);
        CompletableFuture<?> unused = mastersIfAsked().thenCompose(loaded -> heartbeats.beat());
    }

    /** No longer answers for the transactions of a group. */
    public void removeTransactions(String group, TransactionMember member) {
        transactions.remove(group, member);
    }

    private void claim(String kind, String group) {
        if (claims.add(new GroupClaim(config, kind, group))) {
            return;
        }
        String where = config.scope().isEmpty() ? "JVM" : "application";
        throw new MQClientException("the group has a " + kind + " in this " + where + " already: group=" + group
                + ", nameServers=" + String.join(";", config.nameServers()) + ", instanceName="
                + (config.instanceName().isEmpty() ? "(default)" : config.instanceName())
                + "; use that " + kind + ", shut it down first, or choose another group or instance name");
    }

    /** Leaves a group as producer, and tells the brokers. */
    public CompletableFuture<?> removeProducer(String group) {
        producers.remove(group);
        return unregister(new UnregisterHeader(clientId, group, null))
                .whenComplete((done, error) -> claims.remove(new GroupClaim(config, "producer", group)));
    }

    /** Leaves a group as consumer, and tells the brokers, who tell the others. */
    public CompletableFuture<?> removeConsumer(String group, GroupMember member) {
        consumers.remove(group, member);
        return unregister(new UnregisterHeader(clientId, null, group))
                .whenComplete((done, error) -> claims.remove(new GroupClaim(config, "consumer", group)));
    }

    private CompletableFuture<Void> unregister(UnregisterHeader header) {
        return CompletableFuture.allOf(heartbeats.reached().stream()
                .filter(connections::isConnected)
                .map(address -> connections
                        .request(address, RequestCode.UNREGISTER_CLIENT, header.encode())
                        .exceptionally(error -> null))
                .toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Connects to the name server and learns what brokers there are, as the start policy says. Blocks.
     *
     * @return false if the cluster is away and the caller goes on without; when it is there, heartbeats are sent, and the members of groups
     *     asked to share out their queues
     * @throws MQClientException if no name server can be reached, and the policy insists
     */
    public boolean connect() {
        return reach.reach();
    }

    private void found() {
        CompletableFuture<?> unused = mastersIfAsked()
                .thenCompose(loaded -> heartbeats.beat())
                .whenComplete((beaten, error) -> consumers.values().forEach(GroupMember::rebalanceSoon));
    }

    private CompletableFuture<?> mastersIfAsked() {
        return transactions.isEmpty() ? CompletableFuture.completedFuture(null) : routes.loadMasters();
    }

    /**
     * Waits for something that ends by itself, and throws its failure. For threads that may block.
     *
     * @param what for the message, should it not end in time after all
     */
    public <T> T await(CompletableFuture<T> future, String what) {
        long timeoutNanos = waitNanos(connections);
        try {
            return future.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw rethrown(Failures.unwrap(e));
        } catch (TimeoutException e) {
            throw new MQClientException(
                    what + ": waited=" + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms, nameServers="
                            + String.join(";", config.nameServers()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MQClientException(what + ": interrupted while waiting", e);
        }
    }

    private static long waitNanos(Connections connections) {
        return 2 * connections.requestTimeoutNanos() + TimeUnit.SECONDS.toNanos(1);
    }

    /** The failure itself if it is one for users already; else one that wraps it. */
    public static MQClientException asClientException(Throwable reason) {
        return reason instanceof MQClientException known ? known : rethrown(reason);
    }

    /** The failure with the stack of the calling thread, which has waited for it. */
    public static MQClientException rethrown(Throwable reason) {
        int code = reason instanceof MQClientException known ? known.getResponseCode() : MQClientException.NO_RESPONSE;
        return new MQClientException(code, String.valueOf(reason.getMessage()), reason);
    }

    private void connected(String address) {
        heartbeats.connected(address);
    }

    private void routeChanged(Route route) {
        heartbeats.routeChanged(route);
        for (GroupMember member : consumers.values()) {
            if (member.subscribesTo(route.topic())) {
                member.rebalanceSoon();
            }
        }
    }

    private CompletableFuture<@Nullable Command> handle(String address, Command request) {
        CompletableFuture<@Nullable Command> later = operatorRequests.serve(request);
        return later != null ? later : CompletableFuture.completedFuture(serve(address, request));
    }

    private @Nullable Command serve(String address, Command request) {
        RequestCode code = RequestCode.of(request.code());
        if (code == RequestCode.NOTIFY_CONSUMER_IDS_CHANGED) {
            GroupMember member = consumers.get(request.fields().get("consumerGroup", ""));
            String topic = request.fields().get("topic");
            if (member != null && topic != null) {
                // It has other queues than before; the change of the route leads to a round.
                routes.refresh(topic);
            } else if (member != null) {
                member.rebalanceSoon();
            }
            return null;
        }
        if (code == RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT) {
            replies.received(request);
            return request.respond(Fields.empty());
        }
        if (code == RequestCode.CHECK_TRANSACTION_STATE) {
            checkTransaction(address, request);
            return null;
        }
        return request.fail(
                ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
                "request type " + request.code() + " not supported by this client");
    }

    private void checkTransaction(String address, Command request) {
        try {
            CheckTransactionHeader header = CheckTransactionHeader.decode(request.fields());
            StoredMessage half = StoredMessage.readFrom(request.body().nioBuffer());
            String group = MessageProperties.get(half.properties(), PropertyNames.PGROUP);
            TransactionMember member = group == null ? null : transactions.get(group);
            if (member == null) {
                LOGGER.warn(
                        "a broker asks about a transaction of a group that has no checker here: group={}, address={}",
                        group,
                        address);
            } else {
                member.check(address, header, half);
            }
        } catch (CommandException | MalformedMessageException e) {
            LOGGER.warn("a broker's question about a transaction cannot be read: address={}", address, e);
        }
    }

    /** Sends a request to a broker that must succeed, for threads that may block. */
    public Reply call(String address, RequestCode code, Fields fields, ByteBuf body) {
        Reply reply = await(
                connections.request(address, code, fields, body, connections.requestTimeoutNanos()),
                "the broker does not answer: address=" + address + ", request=" + code);
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(
                    reply.code(), "refused: address=" + address + ", request=" + code + ", " + reply.describe());
        }
        return reply;
    }

    void close() {
        listenerThreads.close();
        reach.close();
        tracer.close();
        operatorRequests.close();
        heartbeats.close();
        routes.close();
        connections.close();
    }
}
