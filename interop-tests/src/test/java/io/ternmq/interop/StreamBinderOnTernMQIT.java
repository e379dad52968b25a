package io.ternmq.interop;

class StreamBinderOnTernMQIT extends StreamBinderContract {

    StreamBinderOnTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
    }
}
