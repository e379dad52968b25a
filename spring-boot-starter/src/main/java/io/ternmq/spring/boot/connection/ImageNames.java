package io.ternmq.spring.boot.connection;

import java.util.List;

/** How the images of brokers and name servers are called. */
final class ImageNames {

    static final List<String> ALL = List.of("ternmq", "ternmq/ternmq", "ternmq/ternmq-broker", "apache/rocketmq");

    /** The port of the name server inside of the container. */
    static final int PORT = 9876;

    private ImageNames() {}
}
