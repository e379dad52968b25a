package io.ternmq.interop;

import org.junit.jupiter.api.extension.ExtendWith;

/** TernMQ's client with the genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
class TernMQClientOnGenuineBrokerIT extends MessagingContract {
    TernMQClientOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker(), lab.ternmqClient());
    }
}
