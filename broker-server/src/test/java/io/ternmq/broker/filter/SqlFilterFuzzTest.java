package io.ternmq.broker.filter;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Whatever a client sends as an expression, it is compiled or refused with its own exception, and whatever is compiled can be asked. */
class SqlFilterFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void expressions(byte[] input) {
        int half = input.length / 2;
        try {
            SqlFilter filter = SqlFilter.compile(new String(input, 0, half, StandardCharsets.UTF_8));
            filter.matches(ByteBuffer.wrap(input), half, input.length);
        } catch (FilterException expected) {
            // The documented refusal.
        }
    }
}
