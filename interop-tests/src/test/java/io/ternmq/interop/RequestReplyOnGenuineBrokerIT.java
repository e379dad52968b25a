package io.ternmq.interop;

/** Requests and replies through the genuine broker. */
class RequestReplyOnGenuineBrokerIT extends RequestReplyContract {
    RequestReplyOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
