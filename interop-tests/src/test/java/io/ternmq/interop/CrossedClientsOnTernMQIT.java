package io.ternmq.interop;

/** TernMQ's client and genuine ones meet on TernMQ's broker. */
class CrossedClientsOnTernMQIT extends CrossedClientsContract {
    CrossedClientsOnTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
    }
}
