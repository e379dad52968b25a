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
        // Whatever keeps a client from its cluster has a cause below it; what the client itself refuses says what to
        // do.
        boolean unreachable = reason instanceof MQClientException client
                && client.getResponseCode() == MQClientException.NO_RESPONSE
                && client.getCause() != null;
        return new FailureAnalysis(description, unreachable ? reachability(cause.nameServers()) : null, cause);
    }

    private static String reachability(String nameServers) {
        return """
                Do one of the following:

                    - start the broker at %s (java -jar ternmq-broker.jar), or make it reachable from here;
                    - correct ternmq.name-server=%s;
                    - remove ternmq.name-server and add io.ternmq:ternmq-broker-server to the class path, to use the embedded broker.""".formatted(nameServers, nameServers);
    }
}
