package io.ternmq.spring.boot;

import io.ternmq.client.MQClientException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What to do about what a client or its cluster refuses, where the exception itself leaves that to the reader. */
final class ClientFailures {

    private static final int NO_PERMISSION = 16;
    private static final int TOPIC_NOT_EXIST = 17;

    private ClientFailures() {}

    /**
     * The remedy for a failure, or {@code null} if its message has it.
     *
     * @param nameServers the addresses, separated by {@code ;}, or {@code null} if they are not known
     */
    static @Nullable String remedy(MQClientException failure, @Nullable String nameServers) {
        return switch (failure.getResponseCode()) {
            case NO_PERMISSION -> """
                The cluster does not let the application do this. Check ternmq.access-key and ternmq.secret-key (of the cluster: \
                ternmq.clusters.<name>.*), and what the cluster allows them, and the topic.\
                """;
            case TOPIC_NOT_EXIST -> """
                Create the topic, for example by a bean of io.ternmq.client.admin.TopicSpec (ternmq.provisioning.mode=create), or let \
                the broker create topics when they are first used; or correct its name.\
                """;
            // Whatever keeps a client from its cluster has a cause below it; what the client itself refuses says what
            // to do.
            case MQClientException.NO_RESPONSE ->
                failure.getCause() == null || nameServers == null ? null : reachability(nameServers);
            default -> null;
        };
    }

    private static String reachability(String nameServers) {
        Optional<String> http =
                Arrays.stream(nameServers.split(";")).filter(PortProbe::isHttp).findFirst();
        if (http.isPresent()) {
            return "An HTTP server answers at " + http.get()
                    + ", which is no port for messages: set ternmq.name-server to"
                    + " the port of the name server or broker, by default 9876.";
        }
        return """
            Do one of the following:

                - start the broker at %s (java -jar ternmq-broker.jar), or make it reachable from here;
                - correct ternmq.name-server=%s;
                - remove ternmq.name-server and add io.ternmq:ternmq-broker-server to the class path, to use the embedded broker.\
            """.formatted(nameServers, nameServers);
    }
}
