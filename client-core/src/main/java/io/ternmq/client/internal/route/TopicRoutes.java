package io.ternmq.client.internal.route;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ClusterInfo;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.TopicRouteData;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of all topics that a client uses. Each is asked for when it is first needed, then every 30 seconds; topics
 * that are subscribed to and do not exist yet are asked for every second.
 */
public final class TopicRoutes implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TopicRoutes.class);
    private static final long REFRESH_SECONDS = 30;
    private static final long MISSING_SECONDS = 1;

    /** How many queues this client would like a topic to have that is created by a send. */
    public static final int DEFAULT_QUEUES = 4;

    /** The topic after whose example brokers create others. */
    public static final String TEMPLATE_TOPIC = "TBW102";

    private final NameServers nameServers;
    private final RouteListener listener;
    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Route>> loading = new ConcurrentHashMap<>();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledFuture<?> refresh;
    private final ScheduledFuture<?> retryMissing;
    private volatile boolean mastersWanted;
    private volatile Set<String> masters = Set.of();

    public TopicRoutes(NameServers nameServers, ClientRuntime runtime, RouteListener listener) {
        this.nameServers = nameServers;
        this.listener = listener;
        this.refresh = runtime.every(REFRESH_SECONDS, TimeUnit.SECONDS, this::refreshAll);
        this.retryMissing = runtime.every(MISSING_SECONDS, TimeUnit.SECONDS, this::loadMissing);
    }

    /** The route as far as it is known, without asking anybody. */
    public @Nullable Route known(String topic) {
        return routes.get(topic);
    }

    /**
     * The address of a broker's master, without asking anybody: by the route of the topic or, where that is not known at the moment, of any other.
     * The topic that a send has created has no route until the next one asks for it.
     */
    public @Nullable String masterAddress(String topic, String brokerName) {
        Route route = routes.get(topic);
        String address = route == null ? null : route.masterAddress(brokerName);
        if (address != null) {
            return address;
        }
        for (Route other : routes.values()) {
            address = other.masterAddress(brokerName);
            if (address != null) {
                return address;
            }
        }
        return null;
    }

    /**
     * The route of a topic to send to; if it does not exist and brokers create topics on demand, a provisional one.
     *
     * @return the route, or an {@link MQClientException}: code 17 if there is no such topic
     */
    public CompletableFuture<Route> forSending(String topic) {
        Route route = routes.get(topic);
        return route != null
                ? CompletableFuture.completedFuture(route)
                : load(topic).exceptionallyCompose(error -> orProvisional(topic, error));
    }

    /** The route of a topic to receive from; never a provisional one. */
    public CompletableFuture<Route> forReceiving(String topic) {
        Route route = routes.get(topic);
        return route != null && !route.provisional() ? CompletableFuture.completedFuture(route) : load(topic);
    }

    /** Asks the name servers again, whatever is known. Requests for the same topic at the same time are one. */
    public CompletableFuture<Route> load(String topic) {
        CompletableFuture<Route> mine = new CompletableFuture<>();
        CompletableFuture<Route> others = loading.putIfAbsent(topic, mine);
        if (others != null) {
            return others;
        }
        CompletableFuture<?> unused = nameServers
                .ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, routeRequest(topic))
                .whenComplete((reply, error) -> {
                    loading.remove(topic, mine);
                    if (reply == null) {
                        mine.completeExceptionally(Failures.unwrap(error));
                        return;
                    }
                    try {
                        mine.complete(learn(topic, reply));
                    } catch (RuntimeException e) {
                        mine.completeExceptionally(e);
                    }
                });
        return mine;
    }

    private static Fields routeRequest(String topic) {
        return Fields.builder()
                .put("topic", topic)
                .put("acceptStandardJsonOnly", true)
                .build();
    }

    private Route learn(String topic, Reply reply) {
        if (reply.is(ResponseCode.TOPIC_NOT_EXIST)) {
            // A known route stays: a name server that has just started knows no topic yet. If the topic is gone, its
            // brokers say so.
            routes.computeIfPresent(topic, (name, route) -> route.provisional() ? null : route);
        }
        Route route = Route.of(topic, decode(topic, reply));
        Route before = routes.put(topic, route);
        if (!route.equals(before)) {
            LOGGER.debug("route changed: {}", route);
            listener.routeChanged(route);
        }
        return route;
    }

    private TopicRouteData decode(String topic, Reply reply) {
        if (reply.is(ResponseCode.TOPIC_NOT_EXIST)) {
            throw new MQClientException(
                    reply.code(),
                    "topic does not exist: topic=" + topic + ", nameServers="
                            + String.join(";", nameServers.addresses())
                            + "; create it, or let brokers create topics on the first send");
        }
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(
                    reply.code(), "name server refuses to tell a route: topic=" + topic + ", " + reply.describe());
        }
        try {
            return JsonBodies.decode(Unpooled.wrappedBuffer(reply.body()), TopicRouteData.class);
        } catch (CommandException e) {
            throw new MQClientException("name server tells a route that cannot be read: topic=" + topic, e);
        }
    }

    private CompletableFuture<Route> orProvisional(String topic, Throwable error) {
        Throwable reason = Failures.unwrap(error);
        if (!(reason instanceof MQClientException missing) || !isMissingTopic(reason)) {
            return CompletableFuture.failedFuture(reason);
        }
        return nameServers
                .ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, routeRequest(TEMPLATE_TOPIC))
                .thenApply(reply -> {
                    if (!reply.is(ResponseCode.SUCCESS)) {
                        throw missing;
                    }
                    Route route = Route.provisional(topic, decode(TEMPLATE_TOPIC, reply), DEFAULT_QUEUES);
                    Route real = routes.putIfAbsent(topic, route);
                    if (real == null) {
                        listener.routeChanged(route);
                    }
                    return real == null ? route : real;
                });
    }

    /** Learns the brokers of a cluster, before any topic is known, from the route of the template, if there is one. */
    public CompletableFuture<?> loadTemplate() {
        return load(TEMPLATE_TOPIC)
                .exceptionallyCompose(error -> isMissingTopic(Failures.unwrap(error))
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(error));
    }

    private static boolean isMissingTopic(Throwable reason) {
        return reason instanceof MQClientException refused
                && refused.getResponseCode() == ResponseCode.TOPIC_NOT_EXIST.number();
    }

    /** Forgets a route, so that the next one who needs it asks again. */
    public void forget(Route route) {
        routes.remove(route.topic(), route);
    }

    /** Keeps asking for a topic, every second until it exists. */
    public void watch(String topic) {
        watched.add(topic);
    }

    /** Ends {@link #watch}. */
    public void unwatch(String topic) {
        watched.remove(topic);
    }

    /**
     * From now on knows all masters, also those that are in no route, not even the template's, which only brokers that create topics have: for
     * whoever may be asked by a broker of whose topics it has used none yet. Ends when they are known, or nobody can tell now; asked again with every
     * refresh. Never fails.
     */
    public CompletableFuture<?> loadMasters() {
        mastersWanted = true;
        return nameServers
                .ask(RequestCode.GET_BROKER_CLUSTER_INFO, Fields.empty())
                .thenAccept(this::learnMasters)
                .exceptionally(error -> {
                    LOGGER.debug("masters are not known: reason={}", error.toString());
                    return null;
                });
    }

    private void learnMasters(Reply reply) {
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(reply.code(), "name server refuses to tell its brokers: " + reply.describe());
        }
        ClusterInfo cluster;
        try {
            cluster = JsonBodies.decode(Unpooled.wrappedBuffer(reply.body()), ClusterInfo.class);
        } catch (CommandException e) {
            throw new MQClientException("name server tells brokers that cannot be read", e);
        }
        masters = cluster.brokerAddrTable().values().stream()
                .map(broker -> broker.brokerAddrs().get(0L))
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The addresses of all masters, or of all replicas, of the brokers in known routes, and of the masters that {@link #loadMasters} knows. */
    public Set<String> brokerAddresses(boolean mastersOnly) {
        Set<String> addresses = new TreeSet<>(masters);
        for (Route route : routes.values()) {
            for (Map<Long, String> broker : route.brokers().values()) {
                broker.forEach((id, address) -> {
                    if (id == 0 || !mastersOnly) {
                        addresses.add(address);
                    }
                });
            }
        }
        return addresses;
    }

    private void refreshAll() {
        routes.keySet().forEach(this::refresh);
        if (mastersWanted) {
            CompletableFuture<?> unused = loadMasters();
        }
    }

    private void loadMissing() {
        for (String topic : watched) {
            Route route = routes.get(topic);
            if (route == null || route.provisional()) {
                refresh(topic);
            }
        }
    }

    /** Asks again; what goes wrong is said where it matters, and tried again later. */
    public void refresh(String topic) {
        CompletableFuture<?> unused = load(topic).whenComplete((route, error) -> {
            if (error != null) {
                LOGGER.debug("route was not refreshed: topic={}, reason={}", topic, error.toString());
            }
        });
    }

    @Override
    public void close() {
        refresh.cancel(false);
        retryMissing.cancel(false);
    }
}
