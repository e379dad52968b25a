package io.ternmq.client;

import java.util.Properties;

/**
 * What producers and consumers have in common: they are started once, used by any number of threads, and shut down
 * once. A closed instance cannot be started again; create a new one.
 */
public interface Admin extends AutoCloseable {

    /** True from the successful end of {@link #start()} until {@link #shutdown()} begins. */
    boolean isStarted();

    /** True from the beginning of {@link #shutdown()}. */
    boolean isClosed();

    /**
     * Connects to the name server and makes this instance ready for use; returns at once if it is started already.
     *
     * @throws MQClientException if no name server can be reached (the message tells which, and how long was tried), if
     *     the group is already in use in this JVM, or if this instance was shut down
     */
    void start();

    /** Finishes what is in flight, within the configured limit, and frees everything. Calling it again does nothing. */
    void shutdown();

    /**
     * Replaces the credentials with which requests are signed, for all producers and consumers that share the
     * connections of this one. Takes effect with the next request.
     *
     * @param credentialProperties {@link PropertyKeyConst#AccessKey} and {@link PropertyKeyConst#SecretKey}, optionally
     *     {@link PropertyKeyConst#SecurityToken}
     * @throws MQClientException if one of the two keys is missing
     */
    void updateCredential(Properties credentialProperties);

    /** The same as {@link #shutdown()}, for try-with-resources. */
    @Override
    default void close() {
        shutdown();
    }
}
