package io.ternmq.interop;

import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Shows that the contract is what Apache RocketMQ itself does. */
@ParameterizedClass
@EnumSource(GenuineVersion.class)
@ExtendWith(InteropLab.Resolver.class)
class GenuineClientsOnGenuineBrokerIT extends MessagingContract {
    GenuineClientsOnGenuineBrokerIT(GenuineVersion version, InteropLab lab) {
        super(lab, lab.genuineBroker(), lab.genuineClient(version, HeaderEncoding.JSON));
    }
}
