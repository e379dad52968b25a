package io.ternmq.interop;

/** Genuine tools, and clients in unusual settings, with TernMQ's broker. */
class GenuineToolsOnTernMQIT extends GenuineToolsContract {
    GenuineToolsOnTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
    }
}
