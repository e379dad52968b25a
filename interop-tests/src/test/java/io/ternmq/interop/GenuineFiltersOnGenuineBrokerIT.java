package io.ternmq.interop;

import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Genuine clients with the genuine broker, which shows that the contract is theirs. */
@ParameterizedClass
@EnumSource(GenuineVersion.class)
@ExtendWith(InteropLab.Resolver.class)
class GenuineFiltersOnGenuineBrokerIT extends FilterContract {
    GenuineFiltersOnGenuineBrokerIT(GenuineVersion version, InteropLab lab) {
        super(lab, lab.genuineBroker(), lab.genuineClient(version, HeaderEncoding.JSON));
    }
}
