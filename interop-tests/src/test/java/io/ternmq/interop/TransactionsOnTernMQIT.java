package io.ternmq.interop;

/** Everybody's transactional messages with TernMQ's broker. */
class TransactionsOnTernMQIT extends TransactionsContract {
    TransactionsOnTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
    }
}
