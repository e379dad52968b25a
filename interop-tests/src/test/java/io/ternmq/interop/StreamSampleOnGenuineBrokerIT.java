package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.StreamSample;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The very jar of {@code samples/stream}, which elsewhere runs with its embedded broker: here it is told the address of a genuine name
 * server and nothing else. What it does is seen in what it prints.
 */
@ExtendWith(InteropLab.Resolver.class)
class StreamSampleOnGenuineBrokerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final InteropLab lab;

    StreamSampleOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
    }

    /** Its first orders: a cup, a unicorn, which nobody sells, a teapot and a cup, for Asia and Europe in turns. */
    @Test
    void pricesSplitsAndRejectsOrdersThereToo() {
        BrokerTarget broker = lab.genuineBroker();
        try (StreamSample sample = lab.streamSample("--ternmq.name-server=" + broker.nameServer())) {
            await("the whole pipeline")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sample.lines())
                            .as("%s", sample)
                            .anyMatch(line -> line.endsWith("order 1 shipped in ASIA: cup for 1250 cents"))
                            .anyMatch(line ->
                                    line.contains("order 2 rejected: ") && line.contains("nobody sells this: unicorn"))
                            .anyMatch(line -> line.endsWith("order 3 shipped in ASIA: teapot for 2500 cents"))
                            .anyMatch(line -> line.endsWith("order 4 shipped in EU: cup for 1250 cents")));
            assertThat(sample.lines())
                    .noneMatch(line -> line.matches(".*order \\d*[13579] shipped in EU.*"))
                    .noneMatch(line -> line.matches(".*order \\d*[02468] shipped in ASIA.*"));
        }
    }
}
