package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The shop with its embedded broker. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"orders.first-customers=false", "spring.datasource.url=jdbc:h2:mem:embedded"})
class OrdersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @LocalServerPort
    private int port;

    private Shop shop = new Shop(1);

    @BeforeEach
    void enter() {
        shop = new Shop(port);
    }

    @Test
    void ordersArePaidShippedAndCounted() {
        int createdBefore = shop.analytics().getOrDefault("create", 0);
        int paidBefore = shop.analytics().getOrDefault("pay", 0);

        String cup = shop.place("espresso cup", "12.50");
        String pot = shop.place("moka pot", "34.00");

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(shop.status(cup)).isEqualTo(Order.Status.SHIPPED);
            assertThat(shop.status(pot)).isEqualTo(Order.Status.SHIPPED);
        });
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shop.analytics())
                        .containsEntry("create", createdBefore + 2)
                        .containsEntry("pay", paidBefore + 2));
        assertThat(shop.orders()).extracting(Order::id).contains(cup, pot);
    }

    @Test
    void refusesOrdersThatMakeNoSense() {
        assertThat(shop.statusOf("{\"amount\":1}")).isEqualTo(400);
        assertThat(shop.statusOf("{\"item\":\"cup\"}")).isEqualTo(400);
        assertThat(shop.statusOf("{\"item\":\"cup\",\"amount\":-1}")).isEqualTo(400);
        assertThat(shop.statusOf("no json")).isEqualTo(400);
    }
}
