package io.ternmq.client.internal.route;

/** Learns that a topic has appeared or moved. Called on an I/O thread; must not block. */
@FunctionalInterface
public interface RouteListener {

    /** The topic's route is new, or differs from the one known before. */
    void routeChanged(Route route);
}
