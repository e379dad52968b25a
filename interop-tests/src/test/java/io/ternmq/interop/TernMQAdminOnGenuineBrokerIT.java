package io.ternmq.interop;

/** TernMQ's admin client with the genuine broker. */
class TernMQAdminOnGenuineBrokerIT extends TernMQAdminContract {
    TernMQAdminOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
