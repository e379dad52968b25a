package io.ternmq.client.internal.connection;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Finds the reason behind the wrappers that futures put around it. */
public final class Failures {

    private Failures() {}

    /** The innermost reason. */
    public static Throwable unwrap(@Nullable Throwable error) {
        Throwable reason = error == null ? new IllegalStateException("failed without a reason") : error;
        while ((reason instanceof CompletionException || reason instanceof ExecutionException)
                && reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason;
    }
}
