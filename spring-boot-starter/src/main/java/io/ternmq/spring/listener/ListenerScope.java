package io.ternmq.spring.listener;

/**
 * Is around the whole way of what is delivered to a listener: the choice of the method, the interceptors, the call, the error handler and the report of
 * a failure. It changes nothing of that, and learns at the end what becomes of the messages; so it is for what watches, where a {@link
 * ListenerInterceptor} is for what takes part. Beans of this type apply to all listeners, in Spring's order, the first outermost. Called by the thread that consumes, by several at once.
 * What it throws is logged, and the messages go their way.
 */
@FunctionalInterface
public interface ListenerScope {

    /** Begins, before anything else happens to what is delivered. */
    Closing open(ListenerDelivery delivery);

    /** What was begun for one delivery. */
    @FunctionalInterface
    interface Closing {

        /** Ends, on the thread that began, when everything is decided, and before the broker is told. */
        void close(ListenerOutcome outcome);
    }
}
