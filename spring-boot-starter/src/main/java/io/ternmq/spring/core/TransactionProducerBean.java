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
public final class TransactionProducerBean extends SendingBean<TransactionProducer> implements TransactionProducer {

    private @Nullable LocalTransactionChecker checker;

    /** Tells the broker what has become of a local transaction, when it asks. */
    public synchronized void setLocalTransactionChecker(LocalTransactionChecker localTransactionChecker) {
        this.checker = localTransactionChecker;
    }

    @Override
    TransactionProducer create(Properties complete) {
        LocalTransactionChecker given = checker;
        if (given == null) {
            throw new MQClientException("TransactionProducerBean has no checker: set its property"
                    + " \"localTransactionChecker\"; the broker asks it when it does not hear how a transaction has"
                    + " ended");
        }
        return MQFactory.createTransactionProducer(complete, given);
    }

    @Override
    public TransactionSendResult send(Message message, LocalTransactionExecuter executer, @Nullable Object arg) {
        return started().send(message, executer, arg);
    }

    @Override
    public Pending begin(Message message) {
        return started().begin(message);
    }
}
