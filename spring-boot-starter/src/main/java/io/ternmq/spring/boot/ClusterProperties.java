package io.ternmq.spring.boot;

import static io.ternmq.spring.boot.InvalidTernMQPropertyException.check;
import static io.ternmq.spring.boot.InvalidTernMQPropertyException.positive;

import io.ternmq.spring.core.Clusters;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A further cluster, {@code ternmq.clusters.<name>.*}. Its settings are those of the default cluster, {@code ternmq.*}; what
 * is not set has the same default as there, whatever is set there.
 *
 * @param nameServer Addresses of the name servers, host:port, several separated by comma or semicolon.
 * @param instanceName Name of this instance in client ids, and in the directory where broadcasting listeners keep their progress.
 * @param accessKey Key that signs requests, together with the secret key.
 * @param secretKey Secret that signs requests, together with the access key.
 * @param requestTimeout Limit for requests other than sends, and for establishing a connection; by default 5s.
 * @param ssl Encryption of connections.
 * @param producer The producer of this cluster.
 * @param consumer Defaults of the listeners of this cluster.
 */
public record ClusterProperties(
        @DefaultValue("") String nameServer,
        @DefaultValue("") String instanceName,
        @DefaultValue("") String accessKey,
        @DefaultValue("") String secretKey,
        @Nullable Duration requestTimeout,
        @DefaultValue TernMQProperties.Ssl ssl,
        @DefaultValue TernMQProperties.Producer producer,
        @DefaultValue TernMQProperties.Consumer consumer) {

    public ClusterProperties {
        checkConnection(requestTimeout, accessKey, secretKey);
    }

    static void checkConnection(@Nullable Duration requestTimeout, String accessKey, String secretKey) {
        if (requestTimeout != null) {
            positive("ternmq.request-timeout", requestTimeout);
        }
        check(
                accessKey.isEmpty() || !secretKey.isEmpty(),
                "ternmq.secret-key",
                "",
                "the secret that belongs to access-key=" + accessKey);
        check(
                secretKey.isEmpty() || !accessKey.isEmpty(),
                "ternmq.access-key",
                "",
                "the key that belongs to secret-key, or neither of them");
    }

    static void checkNames(Set<String> names) {
        check(
                !names.contains(Clusters.DEFAULT),
                "ternmq.clusters",
                Clusters.DEFAULT,
                "clusters of other names; the default one is configured by ternmq.* itself");
    }

    /** Everything but the secret. */
    @Override
    public String toString() {
        return "ClusterProperties[nameServer=" + nameServer + ", instanceName=" + instanceName + ", accessKey="
                + accessKey + ", requestTimeout=" + requestTimeout + ", ssl=" + ssl + ", producer=" + producer
                + ", consumer=" + consumer + "]";
    }
}
