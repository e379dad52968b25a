package io.ternmq.spring.doctor;

import io.ternmq.client.MQClientException;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.listener.ListenerContainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers why a listener does not consume. Asks the cluster, which takes as long as its answers, and at most some request
 * time-outs. Safe for use by many threads.
 */
public final class Doctor {

    private static final int NO_PERMISSION = 16;

    private final Clusters clusters;
    private final CallWatch calls;
    private final Duration stuckAfter;

    /**
     * Makes the doctor.
     *
     * @param calls knows what runs
     * @param stuckAfter a call that takes so long is stuck
     */
    public Doctor(Clusters clusters, CallWatch calls, Duration stuckAfter) {
        this.clusters = clusters;
        this.calls = calls;
        this.stuckAfter = stuckAfter;
    }

    /** Examines a listener. Blocks. */
    public Diagnosis examine(ListenerContainer listener) {
        String cluster = clusterOf(listener);
        Case patient = new Case(listener, calls, stuckAfter, () -> clusters.admin(cluster));
        return new Diagnosis(listener.id(), listener.config().groupId(), cluster, findings(patient));
    }

    /** The name of the cluster that a listener listens to. */
    public String clusterOf(ListenerContainer listener) {
        String cluster = clusters.nameOf(listener.config().client());
        return cluster == null ? Clusters.DEFAULT : cluster;
    }

    private static List<Finding> findings(Case patient) {
        List<Finding> findings = new ArrayList<>(apply(LocalRules.DECISIVE, patient));
        if (!findings.isEmpty()) {
            return findings;
        }
        findings.addAll(apply(LocalRules.OTHERS, patient));
        Optional<Finding> silence = reachability(patient);
        if (silence.isPresent()) {
            findings.add(silence.get());
            return findings;
        }
        first(ClusterRules.ALL, patient).ifPresent(findings::add);
        if (findings.isEmpty()) {
            first(SubscriptionRules.ALL, patient).ifPresent(findings::add);
        }
        return findings;
    }

    private static Optional<Finding> reachability(Case patient) {
        try {
            patient.admin().brokers();
            return Optional.empty();
        } catch (MQClientException e) {
            return Optional.of(explain(patient, e));
        }
    }

    private static List<Finding> apply(List<Rule> rules, Case patient) {
        return rules.stream().flatMap(rule -> rule.check(patient).stream()).toList();
    }

    /** What the rules that ask the cluster find first: the others would find its consequences. */
    private static Optional<Finding> first(List<Rule> rules, Case patient) {
        try {
            return rules.stream().flatMap(rule -> rule.check(patient).stream()).findFirst();
        } catch (MQClientException e) {
            return Optional.of(explain(patient, e));
        }
    }

    private static Finding explain(Case patient, MQClientException failure) {
        String addresses = "nameServers=" + patient.listener().config().client().nameServers() + ", reason="
                + failure.getMessage();
        return switch (failure.getResponseCode()) {
            case MQClientException.NO_RESPONSE ->
                new Finding(
                        Cause.UNREACHABLE,
                        "the cluster does not answer: " + addresses,
                        "start it, or make it reachable from here");
            case NO_PERMISSION ->
                new Finding(
                        Cause.NO_PERMISSION,
                        "the cluster does not allow it: " + addresses,
                        "check the access key and what it may do");
            default ->
                new Finding(
                        Cause.UNKNOWN, "the cluster does not answer a question: " + addresses, "see the broker's log");
        };
    }
}
