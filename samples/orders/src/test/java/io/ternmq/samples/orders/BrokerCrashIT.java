package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The shop and a broker of its own process, which dies in the middle of the business. */
class BrokerCrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void everyAcknowledgedOrderShipsAlthoughTheBrokerIsKilled(@TempDir Path directory) {
        try (BrokerProcess broker = BrokerProcess.start(directory);
                ConfigurableApplicationContext application = open(broker)) {
            Shop shop = new Shop(
                    ((WebServerApplicationContext) application).getWebServer().getPort());
            List<String> acknowledged = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                acknowledged.add(shop.place("cup " + i, "1.00"));
            }

            broker.kill();
            int answerWithoutBroker = shop.statusOf("{\"item\":\"too early\",\"amount\":1}");
            broker.startAgain();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> acknowledged.add(shop.place("after the crash", "2.00")));

            assertThat(answerWithoutBroker).isEqualTo(503);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(shop.orders())
                            .hasSize(51)
                            .allSatisfy(order -> assertThat(order.status()).isEqualTo(Order.Status.SHIPPED))
                            .extracting(Order::id)
                            .containsExactlyInAnyOrderElementsOf(acknowledged));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(shop.analytics())
                            .hasEntrySatisfying(
                                    "create", count -> assertThat(count).isGreaterThanOrEqualTo(51))
                            .containsEntry("pay", 51));
        }
    }

    private static ConfigurableApplicationContext open(BrokerProcess broker) {
        return SpringApplication.run(
                OrdersApplication.class,
                "--server.port=0",
                "--orders.first-customers=false",
                "--spring.datasource.url=jdbc:h2:mem:crash",
                "--ternmq.name-server=" + broker.address());
    }
}
