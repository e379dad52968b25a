package io.ternmq.spring.boot;

import io.ternmq.spring.provisioning.ProvisioningException;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Lists what the clusters do not have. */
final class ProvisioningFailureAnalyzer extends AbstractFailureAnalyzer<ProvisioningException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ProvisioningException cause) {
        return new FailureAnalysis(
                "Clusters do not have what the application needs:\n\n"
                        + cause.differences().stream()
                                .map(difference -> "    - " + difference + "\n")
                                .collect(Collectors.joining()),
                "Create it, or let the application do so: ternmq.provisioning.mode=create, or update for what differs.",
                cause);
    }
}
