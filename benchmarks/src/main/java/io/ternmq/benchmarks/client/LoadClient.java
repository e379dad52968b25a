package io.ternmq.benchmarks.client;

import java.util.List;

/**
 * A producer of one topic, and consumers of it. Safe for use by many threads. Every body given is handed over: it is not
 * changed afterwards by either side.
 */
public interface LoadClient extends AutoCloseable {

    /** Sends and waits for the broker's answer; any answer but "stored" is an exception. */
    void send(byte[] body) throws Exception;

    /** Sends the bodies to one queue in one request and waits for the answer. */
    void sendBatch(List<byte[]> bodies) throws Exception;

    /** Sends without waiting; {@code outcome} is told exactly once, also when the call itself cannot be made. */
    void sendAsync(byte[] body, Outcome outcome);

    /** Sends without an answer. */
    void sendOneway(byte[] body) throws Exception;

    /** Starts a consumer of the topic in a group, from the oldest message on, for as long as this client is open. */
    void consume(String group, int threads, Receiver receiver) throws Exception;

    /** Stops the consumers, then the producer. */
    @Override
    void close();

    /** Learns what became of an asynchronous send. */
    interface Outcome {
        void stored();

        void failed(Throwable reason);
    }

    /** Is given the body of each message, by many threads at once. */
    @FunctionalInterface
    interface Receiver {
        void received(byte[] body);
    }
}
