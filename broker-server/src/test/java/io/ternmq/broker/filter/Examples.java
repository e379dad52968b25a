package io.ternmq.broker.filter;

import io.ternmq.protocol.message.MessageProperties;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Asks filters about messages that are given by their properties. */
final class Examples {
    private Examples() {}

    static boolean matches(String expression, Map<String, String> properties) throws FilterException {
        return matches(SqlFilter.compile(expression), properties);
    }

    static boolean matches(SqlFilter filter, Map<String, String> properties) {
        byte[] text = MessageProperties.encode(properties).getBytes(StandardCharsets.UTF_8);
        return filter.matches(ByteBuffer.wrap(text), 0, text.length);
    }
}
