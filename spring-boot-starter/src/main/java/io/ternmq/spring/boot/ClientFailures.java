package io.ternmq.spring.boot;

import io.ternmq.client.MQClientException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What to do about what a client or its cluster refuses, where the exception itself leaves that to the reader. */
final class ClientFailures {

    private static final int NO_PERMISSION = 16;
    private static final int TOPIC_NOT_EXIST = 17;

    private ClientFailures() {}

    /**
     * The remedy for a failure, or {@code null} if its message has it, or somebody has ended the start.
     *
     * @param nameServers the addresses, separated by {@code ;}, or {@code null} if they are not known
     */
    static @Nullable String remedy(MQClientException failure, @Nullable String nameServers) {
        if (isInterruption(failure)) {
            return null;
        }
        return switch (failure.getResponseCode()) {
            case NO_PERMISSION -> """
                The cluster does not let the application do this. Check ternmq.access-key and ternmq.secret-key (of the cluster: \
                ternmq.clusters.<name>.*), and what the cluster allows them, and the topic.\
                """;
            case TOPIC_NOT_EXIST -> """
                Create the topic, for example by a bean of io.ternmq.client.admin.TopicSpec (ternmq.provisioning.mode=create), or let \
                the broker create topics when they are first used; or correct its name.\
                """;
            // Whatever keeps a client from its cluster has a cause below it; what the client itself refuses says the
            // way out in its own words.
            case MQClientException.NO_RESPONSE ->
                failure.getCause() == null || nameServers == null ? null : reachability(failure, nameServers);
            default -> null;
        };
    }

    private static String reachability(MQClientException failure, String nameServers) {
        if (isCausedBy(failure, SSLException.class)) {
            return """
                Check the SSL bundle that ternmq.ssl.bundle names (of the cluster: ternmq.clusters.<name>.ssl.bundle):

                    - its truststore must hold the certificate of %s, or of the authority that has signed it;
                    - the certificate must name the host that is connected to, unless ternmq.ssl.verify-host-name=false;
                    - the broker must speak TLS (--tls-mode=enforcing or permissive).\
                """.formatted(nameServers);
        }
        String[] addresses = nameServers.split(";");
        Optional<String> tls = Arrays.stream(addresses).filter(PortProbe::isTls).findFirst();
        if (tls.isPresent()) {
            return tls.get()
                    + " speaks TLS: ternmq.ssl.bundle (of the cluster: ternmq.clusters.<name>.ssl.bundle) must name an"
                    + " SSL bundle (spring.ssl.bundle.*) whose truststore holds its certificate. If it does, see"
                    + " whether the broker asks for a certificate of the client, which the bundle's keystore must hold"
                    + " then, or answers too late (ternmq.request-timeout).";
        }
        Optional<String> http =
                Arrays.stream(addresses).filter(PortProbe::isHttp).findFirst();
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

    /** Whether somebody has ended the start, so that there is nothing to be remedied. */
    static boolean isInterruption(Throwable failure) {
        return isCausedBy(failure, InterruptedException.class);
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
