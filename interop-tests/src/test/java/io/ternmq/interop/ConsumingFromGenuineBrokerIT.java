package io.ternmq.interop;

import org.junit.jupiter.api.extension.ExtendWith;

/** Every way of consuming from the genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
class ConsumingFromGenuineBrokerIT extends ConsumingContract {
    ConsumingFromGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker());
    }
}
