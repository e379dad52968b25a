package io.ternmq.interop;

/** TernMQ's client and genuine ones meet on the genuine broker. */
class CrossedClientsOnGenuineBrokerIT extends CrossedClientsContract {
    CrossedClientsOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
