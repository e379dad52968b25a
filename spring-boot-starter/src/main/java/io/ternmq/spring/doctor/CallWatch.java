package io.ternmq.spring.doctor;

import io.ternmq.spring.listener.ListenerDelivery;
import io.ternmq.spring.listener.ListenerScope;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.springframework.core.Ordered;

/** Knows the calls of listeners that run now, and how those before have ended. */
public final class CallWatch implements ListenerScope, Ordered {

    private final LongSupplier nanoClock;
    private final Map<String, Set<RunningCall>> running = new ConcurrentHashMap<>();
    private final Map<String, CallRecord> records = new ConcurrentHashMap<>();

    public CallWatch() {
        this(System::nanoTime);
    }

    CallWatch(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public Closing open(ListenerDelivery delivery) {
        String id = delivery.listenerId();
        Set<RunningCall> calls = running.computeIfAbsent(id, any -> ConcurrentHashMap.newKeySet());
        RunningCall mine = new RunningCall(delivery, Thread.currentThread(), nanoClock.getAsLong());
        calls.add(mine);
        return outcome -> {
            calls.remove(mine);
            records.compute(id, (any, before) -> (before == null ? CallRecord.NONE : before).with(outcome));
        };
    }

    /** How many calls of a listener run now. */
    public int active(String listenerId) {
        return running(listenerId).size();
    }

    /** How the calls of a listener have ended. */
    public CallRecord record(String listenerId) {
        return records.getOrDefault(listenerId, CallRecord.NONE);
    }

    Collection<RunningCall> running(String listenerId) {
        return List.copyOf(running.getOrDefault(listenerId, Set.of()));
    }

    long nanos() {
        return nanoClock.getAsLong();
    }

    /** Outermost: whatever hangs, hangs inside. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
