package io.ternmq.interop.client;

import java.util.List;

/** A started push consumer. Thread safe. */
public interface TestConsumer extends AutoCloseable {
    /** Returns all messages that the listener has been given so far, in the order of arrival. */
    List<Delivered> received();

    /** Stops it as an application would. */
    @Override
    void close();
}
