package io.ternmq.spring.boot;

import java.util.List;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/** Where the cluster is: from {@code ternmq.name-server}, the embedded broker, or a bean of a test. */
@FunctionalInterface
public interface TernMQConnectionDetails extends ConnectionDetails {

    /** The name servers, {@code host:port}; at least one. */
    List<String> getNameServers();

    /** Whether the cluster runs in this process, and shares its processors. */
    default boolean isEmbedded() {
        return false;
    }
}
