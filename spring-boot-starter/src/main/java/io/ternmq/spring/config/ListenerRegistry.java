package io.ternmq.spring.config;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.core.DuplicateListenerException;
import io.ternmq.spring.core.GroupClaims;
import io.ternmq.spring.listener.ListenerContainer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the containers of all listeners, starts them when the context is ready and stops them first when it closes, all
 * at once, so that the limit for draining counts once and not for each. Safe for use by many threads.
 */
public final class ListenerRegistry implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerRegistry.class);

    private record Registration(ListenerEndpoint endpoint, ListenerContainer container) {}

    /**
     * By id, in the order of registration. Replaced and never changed, and only with the monitor; read without it, for a start
     * holds that until the cluster answers.
     */
    private volatile Map<String, Registration> registrations = Map.of();

    private final ListenerContainerFactory containers;
    private final GroupClaims claims;
    private volatile boolean running;

    /** Makes a registry that knows of no consumers besides its own. */
    ListenerRegistry(ListenerContainerFactory containers) {
        this(containers, new GroupClaims());
    }

    /**
     * Makes a registry.
     *
     * @param claims whose groups are whose in the application
     */
    public ListenerRegistry(ListenerContainerFactory containers, GroupClaims claims) {
        this.containers = containers;
        this.claims = claims;
    }

    /**
     * Adds a listener; if the context runs already, and the listener wants it, starts it.
     *
     * @throws DuplicateListenerException if its id belongs to another listener, or its group to another or to a consumer bean
     * @throws ClientStartException if it cannot start at once; it is not registered then
     */
    public void register(ListenerEndpoint endpoint) {
        register(endpoint, containers);
    }

    /**
     * Adds a listener whose container another factory makes, such as that of another cluster.
     *
     * @throws DuplicateListenerException if its id belongs to another listener, or its group to another of the cluster
     * @throws ClientStartException if it cannot start at once; it is not registered then
     */
    public synchronized void register(ListenerEndpoint endpoint, ListenerContainerFactory containers) {
        ListenerContainer container = containers.create(endpoint);
        Registration other = registrations.get(endpoint.id());
        if (other != null) {
            throw new DuplicateListenerException(
                    "two listeners have the same id: id=" + endpoint.id() + ", first="
                            + other.endpoint().source() + ", second=" + endpoint.source(),
                    "give each its own, @MessageListener(id = \"...\")");
        }
        ConsumerConfig config = container.config();
        claims.claim(
                config.client(),
                config.groupId(),
                new GroupClaims.Claimant(endpoint.source(), container.subscriptions()));
        Map<String, Registration> more = new LinkedHashMap<>(registrations);
        more.put(endpoint.id(), new Registration(endpoint, container));
        registrations = Collections.unmodifiableMap(more);
        if (running && container.autoStartup()) {
            try {
                container.start();
            } catch (RuntimeException e) {
                forget(endpoint.id(), config);
                throw e;
            }
        }
    }

    /** The container with the given id. */
    public Optional<ListenerContainer> container(String id) {
        return Optional.ofNullable(registrations.get(id)).map(Registration::container);
    }

    /** All containers, in the order of their registration. */
    public Collection<ListenerContainer> containers() {
        return registrations.values().stream().map(Registration::container).toList();
    }

    /**
     * Starts a listener; does nothing if it runs. Blocks.
     *
     * @throws IllegalArgumentException if there is no such listener
     * @throws ClientStartException if the cluster cannot be reached or refuses
     */
    public void start(String id) {
        require(id).start();
    }

    /**
     * Stops a listener, which leaves its group once what it is handling is done. Blocks.
     *
     * @throws IllegalArgumentException if there is no such listener
     */
    public void stop(String id) {
        require(id).stop();
    }

    /**
     * Pauses a listener: it stays in its group, its messages wait. Does not block, also not while listeners start.
     *
     * @throws IllegalArgumentException if there is no such listener
     */
    public void pause(String id) {
        require(id).pause();
    }

    /**
     * Ends the pause of a listener.
     *
     * @throws IllegalArgumentException if there is no such listener
     */
    public void resume(String id) {
        require(id).resume();
    }

    /**
     * Stops a listener and forgets it; its id and its group are free again. Blocks.
     *
     * @throws IllegalArgumentException if there is no such listener
     */
    public void remove(String id) {
        ListenerContainer container = require(id);
        container.stop();
        forget(id, container.config());
    }

    private synchronized void forget(String id, ConsumerConfig config) {
        Map<String, Registration> fewer = new LinkedHashMap<>(registrations);
        if (fewer.remove(id) != null) {
            registrations = Collections.unmodifiableMap(fewer);
            claims.release(config.client(), config.groupId());
        }
    }

    private ListenerContainer require(String id) {
        Map<String, Registration> known = registrations;
        Registration registration = known.get(id);
        if (registration == null) {
            throw new IllegalArgumentException("there is no such listener: id=" + id + ", ids=" + known.keySet());
        }
        return registration.container();
    }

    /** Starts the containers that want to start with the context, lower phases first; if one cannot, none stays. */
    @Override
    public synchronized void start() {
        List<ListenerContainer> started = new ArrayList<>();
        try {
            for (ListenerContainer container : byPhase()) {
                if (container.autoStartup()) {
                    started.add(container);
                    container.start();
                }
            }
        } catch (RuntimeException e) {
            stop(started);
            throw e;
        }
        running = true;
    }

    private List<ListenerContainer> byPhase() {
        return containers().stream()
                .sorted(Comparator.comparingInt(ListenerContainer::phase))
                .toList();
    }

    /** Stops all containers, higher phases first, those of one phase at the same time. */
    @Override
    public void stop() {
        List<ListenerContainer> stopping;
        synchronized (this) {
            running = false;
            stopping = byPhase();
        }
        // Who asks meanwhile, such as a health check, does not wait until the listeners are through.
        stopping.stream()
                .collect(Collectors.groupingBy(ListenerContainer::phase, TreeMap::new, Collectors.toList()))
                .descendingMap()
                .values()
                .forEach(ListenerRegistry::stop);
    }

    private static void stop(Collection<ListenerContainer> containers) {
        CompletableFuture<?>[] stops = containers.stream()
                .filter(ListenerContainer::isRunning)
                .map(container -> {
                    CompletableFuture<Void> stopped = new CompletableFuture<>();
                    Thread thread = new Thread(() -> stop(container, stopped), "ternmq-stop-" + container.id());
                    thread.setDaemon(true);
                    thread.start();
                    return stopped;
                })
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(stops).join();
    }

    private static void stop(ListenerContainer container, CompletableFuture<Void> stopped) {
        try {
            container.stop();
        } catch (RuntimeException e) {
            LOG.warn("Listener did not stop cleanly: listener={}", container.id(), e);
        } finally {
            stopped.complete(null);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After everything else has started, and before anything else stops. */
    @Override
    public int getPhase() {
        return ConsumerBean.PHASE;
    }
}
