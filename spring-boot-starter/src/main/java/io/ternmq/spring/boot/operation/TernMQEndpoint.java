package io.ternmq.spring.boot.operation;

import io.ternmq.client.ConsumerState;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.doctor.Backlog;
import io.ternmq.spring.doctor.CallRecord;
import io.ternmq.spring.doctor.CallWatch;
import io.ternmq.spring.doctor.Diagnosis;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.ListenerWatch;
import io.ternmq.spring.listener.ListenerContainer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The Actuator endpoint {@code ternmq}: what listeners there are and what they are doing; why one of them does not consume; and
 * {@code pause}, {@code resume}, {@code start} and {@code stop}.
 */
@Endpoint(id = "ternmq")
public final class TernMQEndpoint {

    static final List<String> ACTIONS = List.of("pause", "resume", "start", "stop");

    private final Clusters clusters;
    private final ListenerRegistry registry;
    private final Doctor doctor;
    private final CallWatch calls;
    private final @Nullable ListenerWatch watch;

    TernMQEndpoint(
            Clusters clusters,
            ListenerRegistry registry,
            Doctor doctor,
            CallWatch calls,
            @Nullable ListenerWatch watch) {
        this.clusters = clusters;
        this.registry = registry;
        this.doctor = doctor;
        this.calls = calls;
        this.watch = watch;
    }

    /** All listeners, without asking any cluster. */
    @ReadOperation
    public Overview overview() {
        Map<String, List<String>> addresses = new TreeMap<>();
        clusters.names()
                .forEach(name -> addresses.put(name, clusters.client(name).nameServers()));
        return new Overview(
                addresses, registry.containers().stream().map(this::describe).toList());
    }

    /** One listener, and why it does not consume; asks its cluster. */
    @ReadOperation
    public @Nullable Examination examine(@Selector String id) {
        return registry.container(id)
                .map(listener -> new Examination(describe(listener), doctor.examine(listener)))
                .orElse(null);
    }

    /**
     * Pauses, resumes, starts or stops a listener.
     *
     * @param action one of these four words
     */
    @WriteOperation
    public @Nullable Listener control(@Selector String id, String action) {
        ListenerContainer listener = registry.container(id).orElse(null);
        if (listener == null) {
            return null;
        }
        switch (action.toLowerCase(Locale.ROOT)) {
            case "pause" -> listener.pause();
            case "resume" -> listener.resume();
            case "start" -> listener.start();
            case "stop" -> listener.stop();
            default ->
                throw new InvalidEndpointRequestException(
                        "there is no such action: action=" + action, "action must be one of " + ACTIONS);
        }
        return describe(listener);
    }

    List<String> ids() {
        return registry.containers().stream().map(ListenerContainer::id).toList();
    }

    private Listener describe(ListenerContainer listener) {
        CallRecord record = calls.record(listener.id());
        ConsumerState state = listener.state().orElse(null);
        Backlog backlog = watch == null ? null : watch.backlog(listener.id()).orElse(null);
        return new Listener(
                listener.id(),
                doctor.clusterOf(listener),
                listener.config().groupId(),
                listener.topics(),
                listener.expression(),
                listener.isRunning(),
                listener.isPaused(),
                state == null
                        ? List.of()
                        : state.queues().stream().map(Queue::of).toList(),
                state == null ? null : state.cachedMessages(),
                backlog == null ? null : backlog.messages(),
                calls.active(listener.id()),
                record.completed(),
                record.failed(),
                record.lastError(),
                record.lastFailure());
    }

    /**
     * All of it.
     *
     * @param clusters name servers by cluster
     * @param listeners in the order of their registration
     */
    public record Overview(Map<String, List<String>> clusters, List<Listener> listeners) {}

    /**
     * One listener, examined.
     *
     * @param listener what it is doing
     * @param diagnosis what was found
     */
    public record Examination(Listener listener, Diagnosis diagnosis) {}

    /**
     * A listener.
     *
     * @param id who it is
     * @param cluster the cluster it listens to
     * @param group its group
     * @param topics what it subscribes to
     * @param expression what it wants of it
     * @param running whether it runs
     * @param paused whether it was told to pause
     * @param queues the queues that it has
     * @param cachedMessages messages that it holds, or {@code null}
     * @param backlog messages that its group has yet to consume, or {@code null} if that is not known
     * @param activeCalls calls of its method that run now
     * @param completedCalls calls that have ended
     * @param failedCalls calls that have thrown
     * @param lastError what the last of these threw, or {@code null}
     * @param lastErrorAt when, or {@code null}
     */
    public record Listener(
            String id,
            String cluster,
            String group,
            List<String> topics,
            String expression,
            boolean running,
            boolean paused,
            List<Queue> queues,
            @Nullable Integer cachedMessages,
            @Nullable Long backlog,
            int activeCalls,
            long completedCalls,
            long failedCalls,
            @Nullable String lastError,
            @Nullable Instant lastErrorAt) {}

    /**
     * A queue of a listener.
     *
     * @param topic its topic
     * @param broker its broker
     * @param queue its number
     * @param nextOffset offset before which everything is consumed
     * @param cachedMessages messages of it that are held
     * @param lastPulled when messages of it came last, or {@code null}
     * @param lastConsumed when the last that came were all consumed, or {@code null}
     */
    public record Queue(
            String topic,
            String broker,
            int queue,
            long nextOffset,
            int cachedMessages,
            @Nullable Instant lastPulled,
            @Nullable Instant lastConsumed) {

        static Queue of(ConsumerState.Queue state) {
            return new Queue(
                    state.queue().topic(),
                    state.queue().brokerName(),
                    state.queue().queueId(),
                    state.nextOffset(),
                    state.cachedMessages(),
                    state.lastPulled(),
                    state.lastConsumed());
        }
    }
}
