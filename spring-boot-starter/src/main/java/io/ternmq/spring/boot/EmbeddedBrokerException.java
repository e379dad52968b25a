package io.ternmq.spring.boot;

import java.io.IOException;

/** The embedded broker could not have its port or its directory. */
final class EmbeddedBrokerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String settings;

    EmbeddedBrokerException(TernMQProperties.Embedded settings, IOException cause) {
        super("embedded broker could not start: " + describe(settings) + ": " + cause.getMessage(), cause);
        this.settings = describe(settings);
    }

    /** The settings that matter, as properties. */
    String settings() {
        return settings;
    }

    private static String describe(TernMQProperties.Embedded settings) {
        return "ternmq.embedded.port=" + settings.port() + ", ternmq.embedded.data-dir="
                + (settings.dataDir() == null ? "" : settings.dataDir());
    }
}
