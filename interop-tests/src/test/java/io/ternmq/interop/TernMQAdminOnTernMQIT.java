package io.ternmq.interop;

/** TernMQ's admin client with TernMQ's broker. */
class TernMQAdminOnTernMQIT extends TernMQAdminContract {
    TernMQAdminOnTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
    }
}
