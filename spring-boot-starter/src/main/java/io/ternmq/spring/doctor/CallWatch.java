package io.ternmq.spring.doctor;

import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

/** Knows the calls of listeners that run now, and how those before have ended. */
public final class CallWatch implements ListenerInterceptor, Ordered {

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
    public @Nullable Object around(ListenerCall call, Next next) throws Exception {
        Set<RunningCall> calls = running.computeIfAbsent(call.listenerId(), id -> ConcurrentHashMap.newKeySet());
        RunningCall mine = new RunningCall(call, Thread.currentThread(), nanoClock.getAsLong());
        calls.add(mine);
        Throwable error = null;
        try {
            return next.proceed();
        } catch (Throwable e) {
            error = e;
            throw e;
        } finally {
            calls.remove(mine);
            note(call.listenerId(), error);
        }
    }

    private void note(String listenerId, @Nullable Throwable error) {
        records.compute(listenerId, (id, before) -> {
            CallRecord known = before == null ? CallRecord.NONE : before;
            return error == null ? known.succeeded() : known.failed(error);
        });
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
