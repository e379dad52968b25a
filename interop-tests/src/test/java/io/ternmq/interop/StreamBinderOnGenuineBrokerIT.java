package io.ternmq.interop;

class StreamBinderOnGenuineBrokerIT extends StreamBinderContract {

    StreamBinderOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
