package io.ternmq.client;

/** What has become of a local transaction. */
public enum TransactionStatus {
    /** It is committed: the message is delivered. */
    CommitTransaction,
    /** It is rolled back: the message is dropped and nobody ever sees it. */
    RollbackTransaction,
    /** Not known yet: the broker keeps the message and asks the producer's {@link LocalTransactionChecker} later. */
    Unknow
}
