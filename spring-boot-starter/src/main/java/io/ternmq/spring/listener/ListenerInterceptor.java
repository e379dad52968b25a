package io.ternmq.spring.listener;

import org.jspecify.annotations.Nullable;

/**
 * Stands around each call of a listener's method: opens a transaction, measures, or leaves the call out. What is decided after a failure it does not see; a {@link
 * ListenerScope} does. Beans of
 * this type apply to all listeners, in Spring's order, the first outermost. Called by the thread that consumes, by several
 * at once.
 */
@FunctionalInterface
public interface ListenerInterceptor {

    /**
     * Handles a call, usually by {@link Next#proceed}.
     *
     * @return what {@code proceed} returned, or something else that the method could have returned; {@code null} means done,
     *     as for a method that returns nothing. If the method has returned no value to be sent, because it failed or was not called, the value that is returned
     *     instead is sent as its result would be: so an interceptor answers a request whose listener has failed
     * @throws Exception what {@code proceed} threw, or another; the messages then count as failed
     */
    @Nullable
    Object around(ListenerCall call, Next next) throws Exception;

    /**
     * Asked once about each method that it will stand around, before its listener can start.
     *
     * @throws IllegalListenerException if it cannot do for such a method what the application expects of it
     */
    default void check(ListenerSignature signature) {}

    /** The next interceptor, and behind the last one the method. */
    interface Next {

        /** Goes on; what is asynchronous in the method is complete when this returns. */
        @Nullable
        Object proceed() throws Exception;
    }
}
