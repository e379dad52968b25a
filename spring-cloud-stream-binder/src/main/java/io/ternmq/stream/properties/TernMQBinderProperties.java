package io.ternmq.stream.properties;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about a binder. Where the brokers are is told by {@code ternmq.*}, of the application or of the binder's environment.
 *
 * @param provisioning Whether topics and groups are created, checked for, or trusted to be there.
 * @param queues How many queues a topic gets that is created and of which nothing more is said.
 * @param provisioningTimeout How long a binding waits for a topic to be found after it was created.
 * @param headers Names of the headers that are sent, with * for any characters; none for all.
 * @param observation Whether messages are observed, and traces go on from sender to receiver, if there is an observation registry.
 */
@ConfigurationProperties("spring.cloud.stream.ternmq.binder")
public record TernMQBinderProperties(
        @DefaultValue("create") Provisioning provisioning,
        @DefaultValue("8") int queues,
        @DefaultValue("30s") Duration provisioningTimeout,
        @DefaultValue List<String> headers,
        @DefaultValue("true") boolean observation) {

    private static final String KEY = "spring.cloud.stream.ternmq.binder.";

    public TernMQBinderProperties {
        Checks.range(KEY + "queues", queues, 1, 65_535);
        Checks.positive(KEY + "provisioning-timeout", provisioningTimeout);
        headers = List.copyOf(headers);
    }

    /** The defaults. */
    public static TernMQBinderProperties defaults() {
        return new TernMQBinderProperties(Provisioning.CREATE, 8, Duration.ofSeconds(30), List.of(), true);
    }

    /** What the binder does about topics and groups. */
    public enum Provisioning {
        /** Those that are missing are created, and topics with too few queues get more. */
        CREATE,
        /** A binding whose topic or group is missing, or has too few queues, is refused. */
        CHECK,
        /** Nothing is asked. Offsets of required and latest groups cannot be settled before these exist. */
        TRUST
    }
}
