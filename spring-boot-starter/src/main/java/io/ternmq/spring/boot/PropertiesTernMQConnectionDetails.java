package io.ternmq.spring.boot;

import java.util.List;
import java.util.stream.Stream;

/** The addresses of {@code ternmq.name-server}, or of a further cluster's. */
final class PropertiesTernMQConnectionDetails implements TernMQConnectionDetails {

    private final List<String> nameServers;

    /**
     * Reads the addresses.
     *
     * @param key the property they come from
     */
    PropertiesTernMQConnectionDetails(String key, String nameServer) {
        this.nameServers = Stream.of(nameServer.split("[;,]", -1))
                .map(String::trim)
                .filter(address -> !address.isEmpty())
                .distinct()
                .toList();
        nameServers.forEach(address -> InvalidTernMQPropertyException.check(
                isHostAndPort(address),
                key,
                nameServer,
                "host:port, several separated by comma or semicolon, such as 127.0.0.1:9876"));
    }

    private static boolean isHostAndPort(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            return false;
        }
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            return port >= 1 && port <= 65_535;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    @Override
    public List<String> getNameServers() {
        return nameServers;
    }
}
