package io.ternmq.spring.boot;

import io.ternmq.client.MQClientException;
import io.ternmq.spring.core.ClientStartException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says which address was tried for whom, and what to check. */
final class ClientStartFailureAnalyzer extends AbstractFailureAnalyzer<ClientStartException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ClientStartException cause) {
        Throwable reason = cause.getCause();
        String description = "The TernMQ " + cause.client() + " could not start: "
                + (reason == null ? cause.getMessage() : reason.getMessage());
        boolean refused =
                reason instanceof MQClientException client && client.getResponseCode() != MQClientException.NO_RESPONSE;
        return new FailureAnalysis(description, refused ? null : unreachable(cause.nameServers()), cause);
    }

    private static String unreachable(String nameServers) {
        return """
                Do one of the following:

                    - start the broker at %s (java -jar ternmq-broker.jar), or make it reachable from here;
                    - correct ternmq.name-server=%s;
                    - remove ternmq.name-server and add io.ternmq:ternmq-broker-server to the class path, to use the embedded broker.""".formatted(nameServers, nameServers);
    }
}
