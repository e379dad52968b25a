package io.ternmq.client;

/**
 * Is told which queues a consumer has: to fill a cache for them, to choose where they begin, to write out what was gathered. Set by {@link
 * ConsumerConfig#assignmentListener()}. Retries have queues too, of which nobody is told; a consumer whose messages are popped has none.
 *
 * <p>Threads: the calls of a consumer come one after the other, in the order in which it happens, on a thread of its own that may block. Queues
 * that come or go at the same time are told together where possible. While a call runs, the queues it is about wait and the others go on; to
 * others that follow it can tell nothing, so it should not take long. What it throws is logged and changes nothing. It must not wait for the
 * consumer's shutdown.
 */
public interface AssignmentListener {

    /** The consumer has queues that it did not have. None of their messages is handled before this returns. */
    default void onAssigned(Assignment assignment) {}

    /**
     * The consumer has some queues no more. No listener is handling a message of them, unless one has run longer than {@link
     * ConsumerConfig#consumeTimeout()}, or than {@link ConsumerConfig#shutdownTimeout()} at the end. If {@link Revocation#lost()} is false, the
     * broker was asked to keep what was done when they were taken away; what it could not keep comes again.
     *
     * <p>In order, other members get them when this returns, at the end after {@link ConsumerConfig#shutdownTimeout()} at the latest. Otherwise
     * others may have begun with them already, where the group has committed: what was in hand comes to them too.
     *
     * <p>Nobody is told when an operator moves the group, because the queues stay the consumer's. Unless it consumes in order, calls that are running
     * then overlap with those from the new position on, and this does not wait for them.
     */
    default void onRevoked(Revocation revocation) {}
}
