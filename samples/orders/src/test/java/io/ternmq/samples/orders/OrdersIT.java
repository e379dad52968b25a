package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.spring.EmbeddedTernMQ;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The shop with a broker of its own, whose clock does what the test wants. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"orders.first-customers=false", "spring.datasource.url=jdbc:h2:mem:embedded"})
@EmbeddedTernMQ
class OrdersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedBroker broker;

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
    void tellsWhatHappensToAnOrderInItsOrder() {
        String cup = shop.place("cup", "3.00");

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(shop.history(cup)).containsExactly(Order.Status.PAID, Order.Status.SHIPPED));
    }

    @Test
    void showsTheWayOfAnOrdersMessages() {
        String cup = shop.place("cup", "3.00");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shop.trace(cup))
                        .extracting(step -> step.tag() + " " + step.what() + " " + step.group() + " " + step.result())
                        .contains(
                                "create CONSUMED payment SUCCESS",
                                "create CONSUMED analytics SUCCESS",
                                "pay CONSUMED logistics SUCCESS",
                                "pay CONSUMED analytics SUCCESS")
                        .anyMatch(step -> step.startsWith("create SENT"))
                        .anyMatch(step -> step.startsWith("pay SENT orders-producer")));
    }

    @Test
    void cancelsWhatIsNotPaidWithinHalfAnHour() {
        String paid = shop.place("cup", "3.00");
        String unpaid = shop.place("golden cup", "5000.00");
        broker.group("payment").awaitConsumed();
        await().atMost(PATIENCE).until(() -> shop.status(paid) == Order.Status.SHIPPED);
        assertThat(shop.status(unpaid)).isEqualTo(Order.Status.CREATED);

        broker.advanceTimers(Duration.ofMinutes(29));
        assertThat(broker.published("payment-deadlines").withKey(unpaid).now()).isEmpty();
        broker.advanceTimers(Duration.ofMinutes(1));

        broker.group("cancellation").awaitConsumed();
        assertThat(shop.status(unpaid)).isEqualTo(Order.Status.CANCELLED);
        assertThat(shop.status(paid)).isEqualTo(Order.Status.SHIPPED);
    }

    @Test
    void givesTheMoneyBackForWhatCannotBeShipped() {
        String elephant = shop.place("porcelain elephant", "99.00");
        broker.group("payment").awaitConsumed();

        broker.group("logistics").retries().withKey(elephant).await(1);
        broker.advanceTimers(Duration.ofSeconds(10));
        broker.group("logistics").awaitHandled();
        broker.group("logistics").retries().withKey(elephant).await(1);
        broker.advanceTimers(Duration.ofSeconds(30));

        broker.group("logistics").deadLetters().withKey(elephant).awaitOne();
        await().atMost(PATIENCE).until(() -> shop.status(elephant) == Order.Status.RETURNED);
    }

    @Test
    void refusesOrdersThatMakeNoSense() {
        assertThat(shop.statusOf("{\"amount\":1}")).isEqualTo(400);
        assertThat(shop.statusOf("{\"item\":\"cup\"}")).isEqualTo(400);
        assertThat(shop.statusOf("{\"item\":\"cup\",\"amount\":-1}")).isEqualTo(400);
        assertThat(shop.statusOf("no json")).isEqualTo(400);
    }
}
