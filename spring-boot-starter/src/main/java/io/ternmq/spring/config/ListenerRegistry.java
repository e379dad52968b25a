package io.ternmq.spring.config;

import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.listener.ListenerContainer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    private final Map<String, Registration> registrations = new LinkedHashMap<>();
    private final ListenerContainerFactory containers;
    private boolean running;

    public ListenerRegistry(ListenerContainerFactory containers) {
        this.containers = containers;
    }

    /**
     * Adds a listener; if the context runs already, and the listener wants it, starts it.
     *
     * @throws DuplicateListenerException if its id or its group belongs to another listener
     */
    public void register(ListenerEndpoint endpoint) {
        register(endpoint, containers);
    }

    /**
     * Adds a listener whose container another factory makes, such as that of another cluster.
     *
     * @throws DuplicateListenerException if its id belongs to another listener, or its group to another of the cluster
     */
    public synchronized void register(ListenerEndpoint endpoint, ListenerContainerFactory containers) {
        ListenerContainer container = containers.create(endpoint);
        registrations.values().forEach(other -> refuseCollision(other, endpoint, container));
        registrations.put(endpoint.id(), new Registration(endpoint, container));
        if (running && container.autoStartup()) {
            container.start();
        }
    }

    private static void refuseCollision(Registration other, ListenerEndpoint endpoint, ListenerContainer container) {
        if (other.endpoint().id().equals(endpoint.id())) {
            throw new DuplicateListenerException(
                    "two listeners have the same id: id=" + endpoint.id() + ", first="
                            + other.endpoint().source() + ", second=" + endpoint.source(),
                    "give each its own, @MessageListener(id = \"...\")");
        }
        ListenerContainer first = other.container();
        String group = container.config().groupId();
        if (first.config().groupId().equals(group)
                && first.config().client().equals(container.config().client())) {
            boolean same = first.topics().equals(container.topics())
                    && first.expression().equals(container.expression());
            throw new DuplicateListenerException(
                    "two listeners have the same group" + (same ? "" : " and subscribe differently") + ": group="
                            + group + ", first=" + other.endpoint().source() + " (topics=" + first.topics()
                            + ", tags=" + first.expression() + "), second=" + endpoint.source() + " (topics="
                            + container.topics() + ", tags=" + container.expression() + ")",
                    "each message of a group goes to one member only, whichever: give each listener its own group,"
                            + " or let one listener subscribe to everything, topics = {...}");
        }
    }

    /** The container with the given id. */
    public synchronized Optional<ListenerContainer> container(String id) {
        return Optional.ofNullable(registrations.get(id)).map(Registration::container);
    }

    /** All containers, in the order of their registration. */
    public synchronized Collection<ListenerContainer> containers() {
        return registrations.values().stream().map(Registration::container).toList();
    }

    /** Starts the containers that want to start with the context; if one cannot, none stays. */
    @Override
    public synchronized void start() {
        List<ListenerContainer> started = new ArrayList<>();
        try {
            for (ListenerContainer container : containers()) {
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

    @Override
    public synchronized void stop() {
        running = false;
        stop(containers());
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
    public synchronized boolean isRunning() {
        return running;
    }

    /** After everything else has started, and before anything else stops. */
    @Override
    public int getPhase() {
        return ConsumerBean.PHASE;
    }
}
