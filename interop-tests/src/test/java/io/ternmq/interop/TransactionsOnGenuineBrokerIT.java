package io.ternmq.interop;

/** Everybody's transactional messages with the genuine broker. */
class TransactionsOnGenuineBrokerIT extends TransactionsContract {
    TransactionsOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
