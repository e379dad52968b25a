package io.ternmq.client;

import java.util.Objects;

/** Where a transactional message was stored, and how its local transaction has ended. Immutable. */
public final class TransactionSendResult extends SendResult {

    private final TransactionStatus transactionStatus;

    public TransactionSendResult(SendResult half, TransactionStatus transactionStatus) {
        super(
                half.getMessageId(),
                half.getTopicPartition(),
                half.getOffset(),
                half.getOffsetMessageId(),
                half.getStatus());
        this.transactionStatus = Objects.requireNonNull(transactionStatus, "transactionStatus");
    }

    /**
     * What the local transaction has ended with. After {@link TransactionStatus#Unknow} the broker will ask the producer's checker.
     */
    public TransactionStatus getTransactionStatus() {
        return transactionStatus;
    }

    /** The position among the messages that wait for their transactions; the one in the topic is given at the commit. */
    @Override
    public long getOffset() {
        return super.getOffset();
    }

    @Override
    public String toString() {
        return "Transaction" + super.toString().replaceFirst("]$", ", transactionStatus=" + transactionStatus + "]");
    }
}
