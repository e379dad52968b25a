package io.ternmq.client;

import java.time.Duration;
import java.util.List;

/** The rules of the typed configurations. Each failure names the setting, its value, and what is allowed. */
final class Checks {

    private static final int MAX_GROUP_LENGTH = 120;

    private Checks() {}

    static void nameServers(List<String> nameServers) {
        if (nameServers.isEmpty()) {
            throw new MQClientException(
                    "no name server is given: nameServers is empty; set " + PropertyKeyConst.NAMESRV_ADDR
                            + " (or ClientConfig.nameServers) to the broker's address, e.g. 127.0.0.1:9876");
        }
        nameServers.forEach(Checks::address);
    }

    private static void address(String address) {
        int colon = address.lastIndexOf(':');
        if (colon <= 0 || address.indexOf('/') >= 0 || !isPort(address.substring(colon + 1))) {
            throw new MQClientException("illegal name server address: nameServers=" + address
                    + "; write host:port, several separated by ';', e.g. 127.0.0.1:9876");
        }
    }

    private static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        int port = Integer.parseInt(text);
        return port > 0 && port <= 65_535;
    }

    static void group(String key, String group) {
        if (group.isBlank()) {
            throw new MQClientException("no group is given: " + key + " is empty; set " + PropertyKeyConst.GROUP_ID
                    + " to a name that belongs to this application alone");
        }
        if (group.length() > MAX_GROUP_LENGTH || !hasLegalCharacters(group)) {
            throw new MQClientException("illegal group: " + key + "=" + group + "; use at most " + MAX_GROUP_LENGTH
                    + " characters of letters, digits, '_', '-', '%' and '|'");
        }
        if (group.equals("DEFAULT_PRODUCER") || group.equals("DEFAULT_CONSUMER")) {
            throw new MQClientException("illegal group: " + key + "=" + group + " is reserved; choose another name");
        }
    }

    private static boolean hasLegalCharacters(String name) {
        return name.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '_'
                        || c == '-'
                        || c == '%'
                        || c == '|');
    }

    static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new MQClientException("illegal value: " + key + "=" + value + "; it must be longer than zero");
        }
    }

    static void range(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new MQClientException(
                    "illegal value: " + key + "=" + value + "; it must be between " + min + " and " + max);
        }
    }

    static void range(String key, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new MQClientException("illegal value: " + key + "=" + value.toMillis() + " ms; it must be between "
                    + min.toMillis() + " and " + max.toMillis() + " ms");
        }
    }

    static void available(ListenerThreads threads) {
        if (threads == ListenerThreads.VIRTUAL && Runtime.version().feature() < 21) {
            throw new MQClientException("virtual threads are not available: listenerThreads=VIRTUAL, java="
                    + Runtime.version().feature() + "; run on Java 21 or later, or choose PLATFORM");
        }
    }
}
