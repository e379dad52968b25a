package io.ternmq.client.internal.receive;

import io.ternmq.client.Admin;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Credentials;
import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPosition;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.group.GroupMember;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a consumer: it joins its group when it is started, and leaves it when it is shut down.
 *
 * @param <R> what runs in between
 */
abstract class Membership<R extends Membership.Running> implements Admin, GroupMember {

    private static final Logger LOGGER = LoggerFactory.getLogger(Membership.class);

    /** A consumer between start and end. */
    interface Running {

        ClientInstance client();

        /**
         * Makes it receive. Blocks.
         *
         * @param reached false if the cluster is away: then nothing is waited for, and everything follows when it is there
         */
        void start(boolean reached);

        /** Shares the queues out anew, soon. */
        void rebalanceSoon();

        /** Ends it and keeps what was achieved. Blocks. */
        void stop();
    }

    private final ClientConfig clientConfig;
    private final String group;
    private final ClientRegistry registry;
    private volatile @Nullable R running;
    private volatile boolean closed;

    Membership(ClientConfig clientConfig, String group, ClientRegistry registry) {
        this.clientConfig = clientConfig;
        this.group = group;
        this.registry = registry;
    }

    /** Makes what runs, for one life. */
    abstract R open(ClientInstance client);

    /** What runs now, or {@code null}. */
    final @Nullable R running() {
        return running;
    }

    final R requireRunning() {
        R current = running;
        if (current == null) {
            throw new MQClientException(
                    closed
                            ? "the consumer is shut down: group=" + group + "; create a new one"
                            : "the consumer is not started: group=" + group + "; call start() first");
        }
        return current;
    }

    @Override
    public boolean isStarted() {
        return running != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new MQClientException(
                    "the consumer was shut down and cannot be started again: group=" + group + "; create a new one");
        }
        if (running != null) {
            return;
        }
        ClientInstance client = registry.acquire(clientConfig);
        boolean joined = false;
        R starting = null;
        try {
            client.addConsumer(group, this);
            joined = true;
            starting = open(client);
            starting.start(client.connect());
            running = starting;
            // Who joined meanwhile was announced to a consumer that was not running yet.
            starting.rebalanceSoon();
        } catch (RuntimeException e) {
            try {
                if (starting != null) {
                    starting.stop();
                }
                if (joined) {
                    client.await(client.removeConsumer(group, this), "brokers do not answer");
                }
            } finally {
                registry.release(client);
            }
            throw e;
        }
        LOGGER.info("consumer started: group={}, clientId={}", group, client.clientId());
    }

    @Override
    public synchronized void shutdown() {
        R stopping = running;
        closed = true;
        running = null;
        if (stopping == null) {
            return;
        }
        ClientInstance client = stopping.client();
        try {
            stopping.stop();
            client.await(client.removeConsumer(group, this), "brokers do not answer");
        } finally {
            registry.release(client);
        }
        LOGGER.info("consumer shut down: group={}", group);
    }

    @Override
    public void updateCredential(Properties credentialProperties) {
        requireRunning().client().connections().updateCredentials(Credentials.of(credentialProperties));
    }

    @Override
    public void rebalanceSoon() {
        R current = running;
        if (current != null) {
            current.rebalanceSoon();
        }
    }

    /** The name of a start position in heartbeats. */
    static String nameOf(StartPosition position) {
        if (position instanceof StartPosition.Earliest) {
            return "CONSUME_FROM_FIRST_OFFSET";
        }
        return position instanceof StartPosition.At ? "CONSUME_FROM_TIMESTAMP" : "CONSUME_FROM_LAST_OFFSET";
    }
}
