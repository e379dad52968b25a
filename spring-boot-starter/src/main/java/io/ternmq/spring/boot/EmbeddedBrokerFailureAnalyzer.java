package io.ternmq.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which settings the embedded broker could not have. */
final class EmbeddedBrokerFailureAnalyzer extends AbstractFailureAnalyzer<EmbeddedBrokerException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, EmbeddedBrokerException cause) {
        Throwable reason = cause.getCause();
        return new FailureAnalysis(
                "The embedded TernMQ broker could not start: "
                        + (reason == null ? cause.getMessage() : reason.getMessage()),
                """
                Check %s: a port is taken by one process, and so is a data directory. \
                Port 0 is any that is free; without a data directory a temporary one is used.""".formatted(cause.settings()),
                cause);
    }
}
