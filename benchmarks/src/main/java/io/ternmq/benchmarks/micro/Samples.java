package io.ternmq.benchmarks.micro;

import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Messages as an ordinary application sends them. */
final class Samples {
    static final String TOPIC = "orders";

    private Samples() {}

    static byte[] body(int size) {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        return body;
    }

    static InetSocketAddress host() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 9876);
    }

    static String properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("UNIQ_KEY", "7F00000145B318B4AAC2000000000001");
        properties.put("KEYS", "order-4711");
        properties.put("TAGS", "create");
        properties.put("WAIT", "true");
        return MessageProperties.encode(properties);
    }

    static SendHeader sendHeader() {
        return new SendHeader(
                "orders-producer", TOPIC, "TBW102", 4, 2, 0, 1_790_000_000_000L, 0, properties(), 0, null, false);
    }

    static StoredMessage stored(int bodySize) {
        return new StoredMessage(
                TOPIC,
                2,
                0,
                4711,
                1_000_000,
                0,
                1_790_000_000_000L,
                host(),
                1_790_000_000_001L,
                host(),
                0,
                0,
                body(bodySize),
                properties());
    }

    /** What the set-up has made. */
    static <T> T present(@Nullable T made) {
        if (made == null) {
            throw new IllegalStateException("the set-up has not run");
        }
        return made;
    }
}
