package io.ternmq.spring.core;

import io.ternmq.client.Admin;
import io.ternmq.client.MQClientException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What producer beans have in common: a producer that is made by the first one.
 *
 * @param <P> the producer
 */
abstract class SendingBean<P extends Admin> extends ConfiguredBean {

    private volatile @Nullable P producer;

    abstract P create(Properties complete);

    @Override
    public synchronized void start() {
        P current = producer;
        if (current == null) {
            current = create(completeProperties());
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
}
