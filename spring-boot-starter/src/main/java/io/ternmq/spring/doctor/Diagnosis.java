package io.ternmq.spring.doctor;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What was found about a listener.
 *
 * @param listener its id
 * @param group its group
 * @param cluster the cluster it listens to
 * @param findings at least one, the most likely cause first
 */
public record Diagnosis(String listener, String group, String cluster, List<Finding> findings) {

    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /** Whether nothing keeps the listener from consuming. */
    public boolean isHealthy() {
        return findings.stream().allMatch(finding -> finding.cause().isHealthy());
    }

    @Override
    public String toString() {
        return "listener=" + listener + ", group=" + group + ", cluster=" + cluster + ": "
                + findings.stream().map(Finding::toString).collect(Collectors.joining(" | "));
    }
}
