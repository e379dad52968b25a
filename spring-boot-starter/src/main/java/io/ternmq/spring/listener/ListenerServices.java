package io.ternmq.spring.listener;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For the starter's own packages; no part of its API. What all listeners of a cluster share.
 *
 * @param scopes are around everything that happens to what is delivered, the first outermost
 * @param interceptors stand around each call, the first outermost
 * @param errorHandler decides about failures, unless a listener has its own
 * @param replies sends what methods return; {@code null} to drop it
 */
public record ListenerServices(
        List<ListenerScope> scopes,
        List<ListenerInterceptor> interceptors,
        ListenerErrorHandler errorHandler,
        @Nullable ReplySender replies) {

    /** Nothing around a call, the default decisions, no replies. */
    public static final ListenerServices NONE = new ListenerServices(List.of(), List.of(), failure -> null, null);

    public ListenerServices {
        scopes = List.copyOf(scopes);
        interceptors = List.copyOf(interceptors);
    }
}
