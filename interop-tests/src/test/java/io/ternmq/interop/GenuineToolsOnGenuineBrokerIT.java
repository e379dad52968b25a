package io.ternmq.interop;

/** Shows that the contract for tools is what Apache RocketMQ itself does. */
class GenuineToolsOnGenuineBrokerIT extends GenuineToolsContract {
    GenuineToolsOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
