package io.ternmq.samples.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** The pipeline with its embedded broker. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = "spring.cloud.stream.bindings.orders-out-0.producer.poller.fixed-delay=20")
class PipelineIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    private Deliveries deliveries;

    @Test
    void ordersArePricedAndSplitAndTheRestIsRejected() {
        await().atMost(PATIENCE)
                .until(() -> shippedIn("EU") >= 4
                        && shippedIn("ASIA") >= 4
                        && deliveries.rejected().size() >= 4);

        assertThat(deliveries.shipped()).allSatisfy(shipped -> {
            assertThat(shipped.warehouse()).isEqualTo(shipped.order().region());
            assertThat(shipped.order().cents()).isEqualTo(shipped.order().item().equals("cup") ? 1250 : 2500);
        });

        assertThat(deliveries.rejected()).extracting(Order::item).containsOnly("unicorn");
    }

    private long shippedIn(String warehouse) {
        return deliveries.shipped().stream()
                .filter(shipped -> shipped.warehouse().equals(warehouse))
                .count();
    }
}
