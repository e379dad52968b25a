package io.ternmq.interop;

/** Requests and replies through TernMQ's broker. */
class RequestReplyOnTernMQIT extends RequestReplyContract {
    RequestReplyOnTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
    }
}
