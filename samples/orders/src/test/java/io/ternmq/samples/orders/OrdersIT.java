package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.spring.EmbeddedTernMQ;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The shop with a broker of its own, whose clock does what the test wants. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"orders.first-customers=false", "spring.datasource.url=jdbc:h2:mem:embedded"})
@EmbeddedTernMQ
@ExtendWith(OutputCaptureExtension.class)
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
        // The orders of other tests.
        broker.group("analytics").awaitConsumed();
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
    void keepsTheCustomersTraceThroughAllMessagesToTheirListeners(CapturedOutput output) {
        String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

        String cup = shop.placeWithin("00-" + traceId + "-00f067aa0ba902b7-01", "cup", "3.00");

        for (String what :
                List.of("placed: cup for 3.00", "paid: 3.00", "counted: create", "shipped", "counted: pay")) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(output.getOut()).contains("order " + cup + " " + what + "  " + traceId));
        }
        assertThat(broker.published("orders").withKey(cup).now())
                .hasSize(2)
                .allSatisfy(
                        message -> assertThat(message.property("traceparent")).startsWith("00-" + traceId + "-"))
                .extracting(message -> message.property("traceparent"))
                .doesNotHaveDuplicates();
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
