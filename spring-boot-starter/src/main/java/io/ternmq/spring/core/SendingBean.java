package io.ternmq.spring.core;

import io.ternmq.client.Admin;
import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPolicy;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What producer beans have in common: properties before the start, and a producer that is made by the first one.
 *
 * @param <P> the producer
 */
abstract class SendingBean<P extends Admin> implements Admin, NameServerUser {

    private final ClientProperties properties = new ClientProperties();
    private volatile @Nullable P producer;

    abstract P create(Properties complete);

    /** The settings, by the names of {@link io.ternmq.client.PropertyKeyConst}. */
    public void setProperties(Properties properties) {
        this.properties.set(properties);
    }

    @Override
    public void setDefaultNameServer(String nameServer) {
        properties.setDefaultNameServer(nameServer);
    }

    @Override
    public void setDefaultStartPolicy(StartPolicy policy, Duration timeout) {
        properties.setDefaultStartPolicy(policy, timeout);
    }

    @Override
    public boolean isNameServerGiven() {
        return properties.nameServerGiven();
    }

    @Override
    public synchronized void start() {
        P current = producer;
        if (current == null) {
            current = create(properties.complete(name()));
            producer = current;
        }
        current.start();
    }

    @Override
    public synchronized void shutdown() {
        P current = producer;
        if (current != null) {
            current.shutdown();
        }
    }

    @Override
    public boolean isStarted() {
        P current = producer;
        return current != null && current.isStarted();
    }

    @Override
    public boolean isClosed() {
        P current = producer;
        return current != null && current.isClosed();
    }

    @Override
    public void updateCredential(Properties credentialProperties) {
        started().updateCredential(credentialProperties);
    }

    /**
     * The producer.
     *
     * @throws MQClientException if the bean was not started
     */
    final P started() {
        P current = producer;
        if (current == null) {
            throw new MQClientException(
                    name() + " is not started; give its bean init-method=\"start\", or call start() first");
        }
        return current;
    }

    private String name() {
        return getClass().getSimpleName();
    }
}
