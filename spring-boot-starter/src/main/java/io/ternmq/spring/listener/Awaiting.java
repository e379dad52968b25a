package io.ternmq.spring.listener;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Mono;

/**
 * Waits for what a method has begun, on the thread of the call: that keeps the number of messages in hand within the
 * listener's concurrency, and lets a shutdown wait for them. Knows {@code CompletionStage}, and with Reactor on the class path
 * {@code Mono} and everything else of one value that Spring can adapt to it.
 */
final class Awaiting {

    private static final boolean REACTOR =
            ClassUtils.isPresent("reactor.core.publisher.Mono", Awaiting.class.getClassLoader());

    private final @Nullable Duration limit;
    private final Map<Object, CompletableFuture<?>> pending = new ConcurrentHashMap<>();

    /**
     * Makes it.
     *
     * @param limit the longest wait, or {@code null} for no limit
     */
    Awaiting(@Nullable Duration limit) {
        this.limit = limit;
    }

    /** Whether values of a type arrive later. */
    static boolean isAsync(Class<?> type) {
        return CompletionStage.class.isAssignableFrom(type) || adapter(type) != null;
    }

    /** Whether a type stands for a stream, whose end nobody would notice. */
    static boolean isStream(Class<?> type) {
        ReactiveAdapter adapter = adapter(type);
        return adapter != null && adapter.isMultiValue();
    }

    private static @Nullable ReactiveAdapter adapter(Class<?> type) {
        return REACTOR ? ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) : null;
    }

    /** The value itself, when it has arrived. */
    @Nullable
    Object value(@Nullable Object result) throws Exception {
        if (result instanceof CompletionStage<?> stage) {
            return await(stage.toCompletableFuture());
        }
        ReactiveAdapter adapter = result == null ? null : adapter(result.getClass());
        return adapter == null ? result : await(Reactor.future(adapter, result));
    }

    /** Waits for a future; if the time is over, or the listener stops without it, cancels it. */
    @Nullable
    Object await(CompletableFuture<?> future) throws Exception {
        Object wait = new Object();
        pending.put(wait, future);
        try {
            return limit == null ? future.get() : future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new TimeoutException("the listener's result has not come within its consume timeout: limit=" + limit
                    + "; complete it sooner, or raise ternmq.consumer.consume-timeout");
        } finally {
            pending.remove(wait);
        }
    }

    /** Ends all waits; for a listener whose time to stop is over. */
    void abandon() {
        pending.values().forEach(future -> future.cancel(true));
    }

    /** Apart, so that it is not loaded without Reactor. */
    private static final class Reactor {

        static CompletableFuture<?> future(ReactiveAdapter adapter, @Nullable Object result) {
            return Mono.from(adapter.toPublisher(result)).toFuture();
        }
    }
}
