package io.ternmq.client;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a cluster. Producers, consumers and admin clients of one JVM whose client configurations are equal share
 * their connections (one to each broker) and their client id.
 *
 * @param nameServers the name servers, {@code host:port}; at least one
 * @param instanceName tells apart clients of one JVM that should not share connections and id, and which may therefore
 *     be members of the same group; empty for the shared one. Part of the client id, and of the place where a
 *     broadcasting consumer keeps its progress
 * @param scope tells apart applications of one JVM, such as Spring's contexts, that are instances of their own: their
 *     clients share neither connections nor id, and may be members of the same group. Unlike the instance name it is
 *     not seen outside, so that it may be another one at each start; empty for an application that has the JVM for itself
 * @param credentials the keys to sign requests with, or {@code null}
 * @param tls encrypts connections, or {@code null} for plain ones
 * @param requestTimeout limit for requests other than sends and pulls, and for establishing a connection
 * @param startPolicy what producers and consumers do that are started while the cluster is away
 * @param startTimeout with {@link StartPolicy#WAIT}, how long they wait for it
 * @param trace whether producers and consumers tell the trace topic about their messages, where brokers ask for it
 * @param maxListenerThreads how many platform threads all consumers together may have for their listeners at the same time; beyond
 *     it each has at least one. It bounds neither virtual threads nor, being of one configuration, those of other clients
 */
public record ClientConfig(
        List<String> nameServers,
        String instanceName,
        String scope,
        @Nullable Credentials credentials,
        @Nullable TlsConfig tls,
        Duration requestTimeout,
        StartPolicy startPolicy,
        Duration startTimeout,
        boolean trace,
        int maxListenerThreads) {

    /** More than any application has. */
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    public ClientConfig {
        nameServers = List.copyOf(nameServers);
        Checks.nameServers(nameServers);
        Checks.positive("requestTimeout", requestTimeout);
        Checks.positive("startTimeout", startTimeout);
        Checks.range("maxListenerThreads", maxListenerThreads, 1, UNBOUNDED);
    }

    /** A configuration with defaults for the given name servers, {@code host:port}, several separated by {@code ;}. */
    public static ClientConfig of(String nameServers) {
        return builder(nameServers).build();
    }

    /**
     * Reads the keys of {@link PropertyKeyConst} that tell how to reach a cluster.
     *
     * @throws MQClientException if there is no name server or a value cannot be used
     */
    public static ClientConfig of(Properties properties) {
        return PropertyReader.forClient(properties).client();
    }

    /** The same for clients that share neither connections nor groups with those of this one. */
    public ClientConfig withInstanceName(String name) {
        return new ClientConfig(
                nameServers,
                name,
                scope,
                credentials,
                tls,
                requestTimeout,
                startPolicy,
                startTimeout,
                trace,
                maxListenerThreads);
    }

    /** Begins with defaults for the given name servers, {@code host:port}, several separated by {@code ;}. */
    public static Builder builder(String nameServers) {
        return new Builder(nameServers);
    }

    /** Collects settings; anything not set has its default. */
    public static final class Builder {

        private final List<String> nameServers;
        private String instanceName = "";
        private String scope = "";
        private @Nullable Credentials credentials;
        private @Nullable TlsConfig tls;
        private Duration requestTimeout = Duration.ofSeconds(5);
        private StartPolicy startPolicy = StartPolicy.FAIL;
        private Duration startTimeout = Duration.ofMinutes(1);
        private boolean trace = true;
        private int maxListenerThreads = UNBOUNDED;

        private Builder(String nameServers) {
            this.nameServers = PropertyReader.addresses(nameServers);
        }

        public Builder instanceName(String instanceName) {
            this.instanceName = instanceName;
            return this;
        }

        public Builder scope(String scope) {
            this.scope = scope;
            return this;
        }

        public Builder credentials(@Nullable Credentials credentials) {
            this.credentials = credentials;
            return this;
        }

        public Builder tls(@Nullable TlsConfig tls) {
            this.tls = tls;
            return this;
        }

        public Builder requestTimeout(Duration requestTimeout) {
            this.requestTimeout = requestTimeout;
            return this;
        }

        public Builder startPolicy(StartPolicy startPolicy) {
            this.startPolicy = startPolicy;
            return this;
        }

        public Builder startTimeout(Duration startTimeout) {
            this.startTimeout = startTimeout;
            return this;
        }

        public Builder trace(boolean trace) {
            this.trace = trace;
            return this;
        }

        public Builder maxListenerThreads(int maxListenerThreads) {
            this.maxListenerThreads = maxListenerThreads;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @throws MQClientException naming the setting that cannot be used
         */
        public ClientConfig build() {
            return new ClientConfig(
                    nameServers,
                    instanceName,
                    scope,
                    credentials,
                    tls,
                    requestTimeout,
                    startPolicy,
                    startTimeout,
                    trace,
                    maxListenerThreads);
        }
    }
}
