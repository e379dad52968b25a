package io.ternmq.spring.listener;

import java.util.concurrent.CompletableFuture;
import kotlin.ResultKt;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.JobKt;
import org.jspecify.annotations.Nullable;
import org.springframework.core.PropagationContextElement;
import org.springframework.util.ClassUtils;

/**
 * Takes the result of a Kotlin suspend function, whose compiled form has a continuation as its last parameter. The function
 * runs on the caller's thread up to its first suspension, and goes on wherever its dispatcher says. Needs Kotlin's standard
 * library alone, and is loaded only when such a method is called. With kotlinx-coroutines the function can be cancelled, and
 * with Micrometer's context propagation it takes observation and trace along to whatever thread it goes on.
 */
final class Suspended implements Continuation<Object> {

    private static final boolean COROUTINES = isPresent("kotlinx.coroutines.Job");
    private static final boolean PROPAGATION = COROUTINES && isPresent("io.micrometer.context.ContextSnapshotFactory");

    private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
    private final CoroutineContext context = COROUTINES ? Coroutines.context(result) : EmptyCoroutineContext.INSTANCE;

    private static boolean isPresent(String name) {
        return ClassUtils.isPresent(name, Suspended.class.getClassLoader());
    }

    @Override
    public CoroutineContext getContext() {
        return context;
    }

    @Override
    public void resumeWith(Object outcome) {
        try {
            ResultKt.throwOnFailure(outcome);
            result.complete(plain(outcome));
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    /** What the call has returned: a value, or a future if the function was suspended; to cancel that is to cancel the function. */
    @Nullable
    Object resultOf(@Nullable Object returned) {
        return returned == IntrinsicsKt.getCOROUTINE_SUSPENDED() ? result : plain(returned);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return value == Unit.INSTANCE ? null : value;
    }

    /** Apart, so that it is not loaded without kotlinx-coroutines. */
    private static final class Coroutines {

        static CoroutineContext context(CompletableFuture<?> result) {
            CompletableJob job = JobKt.Job((Job) null);
            CompletableFuture<?> unused = result.whenComplete((value, failure) -> {
                if (result.isCancelled()) {
                    job.cancel(null);
                } else {
                    job.complete();
                }
            });
            CoroutineContext context = Dispatchers.getUnconfined().plus(job);
            return PROPAGATION ? Propagation.added(context) : context;
        }
    }

    /** Apart, so that it is not loaded without Micrometer's context propagation. */
    private static final class Propagation {

        static CoroutineContext added(CoroutineContext context) {
            return context.plus(new PropagationContextElement());
        }
    }
}
