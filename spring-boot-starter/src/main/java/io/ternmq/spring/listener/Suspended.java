package io.ternmq.spring.listener;

import java.util.concurrent.CompletableFuture;
import kotlin.ResultKt;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import org.jspecify.annotations.Nullable;

/**
 * Takes the result of a Kotlin suspend function, whose compiled form has a continuation as its last parameter. The function
 * runs on the caller's thread up to its first suspension, and goes on wherever its dispatcher says. Needs Kotlin's standard
 * library alone, and is loaded only when such a method is called.
 */
final class Suspended implements Continuation<Object> {

    private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

    @Override
    public CoroutineContext getContext() {
        return EmptyCoroutineContext.INSTANCE;
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

    /** What the call has returned: a value, or a future if the function was suspended. */
    @Nullable
    Object resultOf(@Nullable Object returned) {
        return returned == IntrinsicsKt.getCOROUTINE_SUSPENDED() ? result : plain(returned);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return value == Unit.INSTANCE ? null : value;
    }
}
