package io.ternmq.interop;

import org.junit.jupiter.api.extension.ExtendWith;

/** TernMQ's client with the genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
class TernMQFiltersOnGenuineBrokerIT extends FilterContract {
    TernMQFiltersOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker(), lab.ternmqClient());
    }
}
