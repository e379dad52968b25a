package io.ternmq.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how to get a broker. */
final class MissingNameServerFailureAnalyzer extends AbstractFailureAnalyzer<MissingNameServerException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MissingNameServerException cause) {
        String embed = cause.embeddingAllowed()
                ? "    - or add io.ternmq:ternmq-broker-server to the class path, to use the embedded broker."
                : "    - or remove ternmq.embedded.enabled=false, to use the embedded broker.";
        return new FailureAnalysis(
                "TernMQ has no broker to connect to: ternmq.name-server is not set, and the embedded broker is "
                        + (cause.embeddingAllowed()
                                ? "not on the class path."
                                : "disabled by ternmq.embedded.enabled=false."),
                """
                Do one of the following:

                    - set ternmq.name-server to the address of a broker, such as 127.0.0.1:9876;
                """ + embed,
                cause);
    }
}
