package io.ternmq.interop;

import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Genuine clients with TernMQ's broker. */
@ParameterizedClass
@EnumSource(GenuineVersion.class)
@ExtendWith(InteropLab.Resolver.class)
class GenuineFiltersOnTernMQIT extends FilterContract {
    GenuineFiltersOnTernMQIT(GenuineVersion version, InteropLab lab) {
        super(lab, lab.ternmqBroker(), lab.genuineClient(version, HeaderEncoding.JSON));
    }
}
