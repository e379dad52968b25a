package io.ternmq.interop;

import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows that the contract is what Apache RocketMQ itself does. */
@ExtendWith(InteropLab.Resolver.class)
class GenuineClientsOnGenuineBrokerIT extends MessagingContract {
    GenuineClientsOnGenuineBrokerIT(InteropLab lab) {
        super(lab, lab.genuineBroker(), lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON));
    }
}
