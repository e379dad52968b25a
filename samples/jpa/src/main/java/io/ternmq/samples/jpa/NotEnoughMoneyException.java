package io.ternmq.samples.jpa;

/** The rule of a wallet. As any exception without a check, it rolls the transaction back that it leaves. */
class NotEnoughMoneyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotEnoughMoneyException(String message) {
        super(message);
    }
}
