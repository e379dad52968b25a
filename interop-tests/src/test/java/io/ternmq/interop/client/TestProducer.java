package io.ternmq.interop.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A started producer. Thread safe. Sends fail with the exception of the library, or one that quotes it. */
public interface TestProducer extends AutoCloseable {
    /** Sends and waits for the answer. */
    Sent send(Outgoing message);

    /** Sends; the answer comes later. */
    CompletableFuture<Sent> sendAsync(Outgoing message);

    /** Sends without an answer. */
    void sendOneway(Outgoing message);

    /** Sends all as one batch, and returns what was told of each, in the same order. */
    List<Sent> sendBatch(List<Outgoing> messages);

    /** Stops it as an application would. */
    @Override
    void close();
}
