package io.ternmq.interop.soak;

import java.nio.charset.StandardCharsets;

/** The bodies of the soak's messages: a name (a number or a key), a value (a time or a number), and filling. */
record Texts(String name, long value) {
    private static final String FILLING = "-".repeat(150);

    static byte[] body(Object name, long value) {
        return (name + ":" + value + ":" + FILLING).getBytes(StandardCharsets.UTF_8);
    }

    static Texts read(byte[] body) {
        return read(new String(body, StandardCharsets.UTF_8));
    }

    static Texts read(String text) {
        String[] parts = text.split(":", 3);
        return new Texts(parts[0], Long.parseLong(parts[1]));
    }

    int number() {
        return Integer.parseInt(name);
    }
}
