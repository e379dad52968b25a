package io.ternmq.spring.boot;

import io.ternmq.client.MQClientException;
import io.ternmq.spring.core.ClientStartException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which address was tried for whom, and what to check. */
final class ClientStartFailureAnalyzer extends AbstractFailureAnalyzer<ClientStartException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ClientStartException cause) {
        if (ClientFailures.isInterruption(cause)) {
            return null;
        }
        Throwable reason = cause.getCause();
        String description = "The TernMQ " + cause.client() + " could not start: "
                + (reason == null ? cause.getMessage() : reason.getMessage());
        return new FailureAnalysis(
                description,
                reason instanceof MQClientException client ? ClientFailures.remedy(client, cause.nameServers()) : null,
                cause);
    }
}
