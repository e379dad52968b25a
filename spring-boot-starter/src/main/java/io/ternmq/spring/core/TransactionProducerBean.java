package io.ternmq.spring.core;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.LocalTransactionExecuter;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionSendResult;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TransactionProducer} for XML and Java configuration: set {@code properties} and {@code localTransactionChecker}, name {@code
 * start} as init method and {@code shutdown} as destroy method. Apart from what it sends like {@link ProducerBean}. Where Spring manages
 * the local transactions, {@code TransactionMessageTemplate} needs less.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class TransactionProducerBean implements TransactionProducer, NameServerUser {

    private final ClientProperties properties = new ClientProperties();
    private @Nullable LocalTransactionChecker checker;
    private volatile @Nullable TransactionProducer producer;

    /** The settings, by the names of {@link io.ternmq.client.PropertyKeyConst}. */
    public void setProperties(Properties properties) {
        this.properties.set(properties);
    }

    /** Tells the broker what has become of a local transaction, when it asks. */
    public synchronized void setLocalTransactionChecker(LocalTransactionChecker localTransactionChecker) {
        this.checker = localTransactionChecker;
    }

    @Override
    public void setDefaultNameServer(String nameServer) {
        properties.setDefaultNameServer(nameServer);
    }

    @Override
    public boolean isNameServerGiven() {
        return properties.nameServerGiven();
    }

    @Override
    public synchronized void start() {
        TransactionProducer current = producer;
        if (current == null) {
            LocalTransactionChecker given = checker;
            if (given == null) {
                throw new MQClientException("TransactionProducerBean has no checker: set its property"
                        + " \"localTransactionChecker\"; the broker asks it when it does not hear how a transaction has"
                        + " ended");
            }
            current = MQFactory.createTransactionProducer(properties.complete("TransactionProducerBean"), given);
            producer = current;
        }
        current.start();
    }

    @Override
    public synchronized void shutdown() {
        TransactionProducer current = producer;
        if (current != null) {
            current.shutdown();
        }
    }

    @Override
    public boolean isStarted() {
        TransactionProducer current = producer;
        return current != null && current.isStarted();
    }

    @Override
    public boolean isClosed() {
        TransactionProducer current = producer;
        return current != null && current.isClosed();
    }

    @Override
    public TransactionSendResult send(Message message, LocalTransactionExecuter executer, @Nullable Object arg) {
        return started().send(message, executer, arg);
    }

    @Override
    public Pending begin(Message message) {
        return started().begin(message);
    }

    @Override
    public void updateCredential(Properties credentialProperties) {
        started().updateCredential(credentialProperties);
    }

    private TransactionProducer started() {
        TransactionProducer current = producer;
        if (current == null) {
            throw new MQClientException(
                    "TransactionProducerBean is not started; give its bean init-method=\"start\", or"
                            + " call start() first");
        }
        return current;
    }
}
