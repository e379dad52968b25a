package io.ternmq.interop.client;

/** A started transactional producer whose checks are always answered alike. Thread safe. */
public interface TestTransactionProducer extends AutoCloseable {
    /** Sends a message whose local transaction ends in this way. Its place is the one of the half message. */
    Sent send(Outgoing message, Outcome outcome);

    /** Returns how often the broker has asked about a transaction. */
    int checks();

    /** Stops it as an application would. */
    @Override
    void close();
}
