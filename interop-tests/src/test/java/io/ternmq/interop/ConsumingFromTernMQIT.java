package io.ternmq.interop;

import org.junit.jupiter.api.extension.ExtendWith;

/** Every way of consuming from TernMQ's broker. */
@ExtendWith(InteropLab.Resolver.class)
class ConsumingFromTernMQIT extends ConsumingContract {
    ConsumingFromTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
    }
}
