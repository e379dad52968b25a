package io.ternmq.spring.boot.operation;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.ternmq.client.ConsumerState;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.doctor.CallRecord;
import io.ternmq.spring.doctor.CallWatch;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.ListenerWatch;
import io.ternmq.spring.listener.ListenerContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Gauges and counters of all listeners, by listener, group and cluster. What they show is known in this process; the backlog is what the
 * watch was told last, and NaN where it does not know.
 */
final class ListenerMeters implements MeterBinder, SmartLifecycle {

    private record Reading(String name, String description, String unit, ToDoubleFunction<ListenerContainer> value) {}

    private final ListenerRegistry listeners;
    private final Doctor doctor;
    private final List<Reading> readings;
    private final CallWatch calls;
    private final List<MultiGauge> gauges = new ArrayList<>();
    private final List<MeterRegistry> registries = new ArrayList<>();
    private boolean running;

    ListenerMeters(ListenerRegistry listeners, Doctor doctor, CallWatch calls, @Nullable ListenerWatch watch) {
        this.listeners = listeners;
        this.doctor = doctor;
        this.calls = calls;
        this.readings = List.of(
                new Reading(
                        "ternmq.listener.running",
                        "1 if it runs and is not paused, else 0",
                        "",
                        listener -> listener.isRunning() && !listener.isPaused() ? 1 : 0),
                new Reading(
                        "ternmq.listener.backlog",
                        "What its group has yet to consume",
                        "messages",
                        listener -> backlog(watch, listener)),
                new Reading(
                        "ternmq.listener.active",
                        "Calls of its method that run now",
                        "calls",
                        listener -> calls.active(listener.id())),
                new Reading(
                        "ternmq.listener.queues",
                        "Queues that it has",
                        "queues",
                        listener -> state(listener, state -> state.queues().size())),
                new Reading(
                        "ternmq.listener.cached",
                        "What it holds and has not consumed",
                        "messages",
                        listener -> state(listener, ConsumerState::cachedMessages)),
                new Reading(
                        "ternmq.listener.cached.size",
                        "What it holds and has not consumed",
                        "bytes",
                        listener -> state(listener, ConsumerState::cachedBytes)),
                new Reading(
                        "ternmq.listener.cache.fill",
                        "How full its cache is, from 0 to 1",
                        "",
                        listener -> state(listener, ConsumerState::cacheFill)));
    }

    private static double backlog(@Nullable ListenerWatch watch, ListenerContainer listener) {
        return watch == null
                ? Double.NaN
                : watch.backlog(listener.id())
                        .map(backlog -> (double) backlog.messages())
                        .orElse(Double.NaN);
    }

    private static double state(ListenerContainer listener, ToDoubleFunction<ConsumerState> value) {
        return listener.state().map(state -> value.applyAsDouble(state)).orElse(Double.NaN);
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        registries.add(registry);
        for (Reading reading : readings) {
            MultiGauge.Builder builder = MultiGauge.builder(reading.name()).description(reading.description());
            gauges.add((reading.unit().isEmpty() ? builder : builder.baseUnit(reading.unit())).register(registry));
        }
        if (running) {
            show();
        }
    }

    /** Shows the listeners that there are. */
    private synchronized void show() {
        for (int i = 0; i < gauges.size(); i++) {
            Reading reading = readings.get(i % readings.size());
            List<Row<?>> rows = new ArrayList<>();
            for (ListenerContainer listener : listeners.containers()) {
                rows.add(Row.of(tags(listener), listener, reading.value()));
            }
            gauges.get(i).register(rows, true);
        }
        for (MeterRegistry registry : registries) {
            for (ListenerContainer listener : listeners.containers()) {
                count(registry, listener, "done", CallRecord::done);
                count(registry, listener, "retry", CallRecord::retried);
                count(registry, listener, "dead-letter", CallRecord::deadLetters);
            }
        }
    }

    private void count(
            MeterRegistry registry, ListenerContainer listener, String outcome, ToLongFunction<CallRecord> value) {
        FunctionCounter.builder(
                        "ternmq.listener.messages", calls, watch -> value.applyAsLong(watch.record(listener.id())))
                .description("What has become of the messages that it was given")
                .baseUnit("messages")
                .tags(tags(listener).and("outcome", outcome))
                .register(registry);
    }

    private Tags tags(ListenerContainer listener) {
        return Tags.of(
                "listener", listener.id(),
                "group", listener.config().groupId(),
                "cluster", doctor.clusterOf(listener));
    }

    @Override
    public synchronized void start() {
        running = true;
        show();
    }

    @Override
    public synchronized void stop() {
        running = false;
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
