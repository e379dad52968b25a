package io.ternmq.interop;

/** Shows that the contract for mqadmin is what Apache RocketMQ itself does. */
class MqAdminOnGenuineBrokerIT extends MqAdminContract {
    MqAdminOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
