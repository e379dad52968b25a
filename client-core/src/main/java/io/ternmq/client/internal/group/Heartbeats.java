package io.ternmq.client.internal.group;

import io.netty.buffer.ByteBuf;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.connection.Connections;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.Route;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.ProducerData;
import io.ternmq.protocol.header.HeartbeatResultHeader;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells brokers who is here: every 30 seconds, when a broker is new, when a connection was lost and made again, and
 * whenever groups or subscriptions change. A broker gives messages only to consumers it has heard of.
 */
public final class Heartbeats implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Heartbeats.class);
    private static final long PERIOD_SECONDS = 30;

    private final String clientId;
    private final Connections connections;
    private final TopicRoutes routes;
    private final Set<String> producers;
    private final Map<String, GroupMember> consumers;
    private final Set<String> reached = ConcurrentHashMap.newKeySet();
    private final Map<String, String> conflicts = new ConcurrentHashMap<>();
    private final ScheduledFuture<?> beating;

    Heartbeats(
            String clientId,
            Connections connections,
            TopicRoutes routes,
            ClientRuntime runtime,
            Set<String> producers,
            Map<String, GroupMember> consumers) {
        this.clientId = clientId;
        this.connections = connections;
        this.routes = routes;
        this.producers = producers;
        this.consumers = consumers;
        this.beating = runtime.every(PERIOD_SECONDS, TimeUnit.SECONDS, this::beatQuietly);
    }

    /** Sends one to every broker now. Ends when all have answered or failed; failures are logged. */
    public CompletableFuture<?> beat() {
        return CompletableFuture.allOf(routes.brokerAddresses(consumers.isEmpty()).stream()
                .map(this::beat)
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Sends one to one broker. Ends when it has answered or failed; a failure is logged. */
    public CompletableFuture<?> beat(String address) {
        if (producers.isEmpty() && consumers.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        reached.add(address);
        return connections
                .request(address, RequestCode.HEART_BEAT, Fields.empty(), body(), connections.requestTimeoutNanos())
                .handle((reply, error) -> {
                    if (error != null) {
                        LOGGER.debug("heartbeat failed: address={}, reason={}", address, error.toString());
                    } else if (!reply.is(ResponseCode.SUCCESS)) {
                        LOGGER.warn("broker refuses the heartbeat: address={}, {}", address, reply.describe());
                    } else {
                        noticeConflict(address, HeartbeatResultHeader.decode(reply.fields()));
                    }
                    return reply;
                });
    }

    /** Members of a group that subscribe differently miss messages; said once for each new disagreement, as the broker words it. */
    private void noticeConflict(String address, HeartbeatResultHeader result) {
        String conflict = result.subscriptionConflict();
        if (conflict == null) {
            conflicts.remove(address);
        } else if (!conflict.equals(conflicts.put(address, conflict))) {
            LOGGER.warn(
                    "members of a group subscribe differently, so that messages will be missed: clientId={},"
                            + " address={}, {}; give all members of a group the same subscriptions",
                    clientId,
                    address,
                    conflict);
        }
    }

    /** What brokers say now about members that subscribe differently, by address. */
    Map<String, String> conflicts() {
        return Map.copyOf(conflicts);
    }

    private ByteBuf body() {
        return JsonBodies.encode(new HeartbeatData(
                clientId,
                producers.stream().map(ProducerData::new).collect(Collectors.toSet()),
                consumers.values().stream().map(GroupMember::describe).collect(Collectors.toSet()),
                0,
                false));
    }

    private void beatQuietly() {
        CompletableFuture<?> unused = beat();
    }

    /** A connection was made: the broker behind it has forgotten this client, if it ever knew it. */
    void connected(String address) {
        if (reached.contains(address)) {
            CompletableFuture<Reply> unused = beat(address).thenApply(Reply.class::cast);
        }
    }

    void routeChanged(Route route) {
        for (Map<Long, String> broker : route.brokers().values()) {
            broker.forEach((id, address) -> {
                if (!reached.contains(address) && (id == 0 || !consumers.isEmpty())) {
                    CompletableFuture<?> unused = beat(address);
                }
            });
        }
    }

    /** The brokers that know this client. */
    Set<String> reached() {
        return Set.copyOf(reached);
    }

    @Override
    public void close() {
        beating.cancel(false);
    }
}
