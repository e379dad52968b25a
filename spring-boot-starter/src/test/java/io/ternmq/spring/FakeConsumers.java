package io.ternmq.spring;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The consumers that the containers of a test have made, by group. */
public final class FakeConsumers {

    private final Map<String, FakeConsumer> consumers = new ConcurrentHashMap<>();

    /** Makes the consumer of a group, unless there is one. */
    public FakeConsumer make(String group) {
        return consumers.computeIfAbsent(group, FakeConsumer::new);
    }

    /** Provides the consumer that will be found for a group. */
    public void put(String group, FakeConsumer consumer) {
        consumers.put(group, consumer);
    }

    public FakeConsumer get(String group) {
        return Objects.requireNonNull(consumers.get(group), () -> "no consumer was made for " + group);
    }

    /** Forgets the consumer of a group, so that the next one is a new one. */
    public FakeConsumer remove(String group) {
        return Objects.requireNonNull(consumers.remove(group), () -> "no consumer was made for " + group);
    }

    public Set<String> groups() {
        return Set.copyOf(consumers.keySet());
    }
}
