package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.listener.ListenerContainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.RestClientResponseException;

/** The shop and a broker of its own process, which is killed, and started again by somebody who knows nothing of the shop. */
class BrokerCrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void everyAcknowledgedOrderShipsAlthoughTheBrokerIsKilledInTheMiddle(@TempDir Path directory) {
        try (BrokerProcess broker = BrokerProcess.start(directory);
                ConfigurableApplicationContext application = open(broker, "middle")) {
            Shop shop = shop(application);
            Collection<String> acknowledged = new CopyOnWriteArrayList<>();
            AtomicBoolean open = new AtomicBoolean(true);
            List<CompletableFuture<Void>> customers = List.of(
                    CompletableFuture.runAsync(() -> placeOrders(shop, acknowledged, open)),
                    CompletableFuture.runAsync(() -> placeOrders(shop, acknowledged, open)));
            await().atMost(PATIENCE).until(() -> acknowledged.size() >= 20);

            broker.kill();
            int before = acknowledged.size();
            broker.startAgain();
            await().atMost(PATIENCE).until(() -> acknowledged.size() >= before + 20);
            open.set(false);
            customers.forEach(CompletableFuture::join);

            shipsExactly(shop, acknowledged);
        }
    }

    @Test
    void ordersThatNobodyHasPaidYetSurviveTheBroker(@TempDir Path directory) {
        try (BrokerProcess broker = BrokerProcess.start(directory);
                ConfigurableApplicationContext application = open(broker, "backlog")) {
            Shop shop = shop(application);
            ListenerContainer payment = application
                    .getBean(ListenerRegistry.class)
                    .container("payment.pay")
                    .orElseThrow();
            Collection<String> acknowledged = new CopyOnWriteArrayList<>();
            acknowledged.add(shop.place("first", "1.00"));
            shipsExactly(shop, acknowledged);
            payment.stop();
            for (int i = 0; i < 20; i++) {
                acknowledged.add(shop.place("cup " + i, "1.00"));
            }

            broker.kill();
            int answerWithoutBroker = shop.statusOf("{\"item\":\"too early\",\"amount\":1}");
            broker.startAgain();
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(payment::start);

            assertThat(answerWithoutBroker).isEqualTo(503);
            shipsExactly(shop, acknowledged);
        }
    }

    private static void placeOrders(Shop shop, Collection<String> acknowledged, AtomicBoolean open) {
        while (open.get()) {
            try {
                acknowledged.add(shop.place("cup", "1.00"));
            } catch (RestClientResponseException e) {
                assertThat(e.getStatusCode().value()).isEqualTo(503);
            }
        }
    }

    private static void shipsExactly(Shop shop, Collection<String> acknowledged) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            List<Order> orders = shop.orders();
            assertThat(orders).allMatch(order -> order.status() == Order.Status.SHIPPED);
            assertThat(orders).extracting(Order::id).containsExactlyInAnyOrderElementsOf(acknowledged);
        });
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shop.analytics())
                        .hasEntrySatisfying(
                                "create", count -> assertThat(count).isGreaterThanOrEqualTo(acknowledged.size()))
                        .containsEntry("pay", acknowledged.size()));
    }

    private static ConfigurableApplicationContext open(BrokerProcess broker, String database) {
        return SpringApplication.run(
                OrdersApplication.class,
                "--server.port=0",
                "--orders.first-customers=false",
                "--spring.datasource.url=jdbc:h2:mem:" + database,
                "--ternmq.name-server=" + broker.address());
    }

    private static Shop shop(ConfigurableApplicationContext application) {
        return new Shop(
                ((WebServerApplicationContext) application).getWebServer().getPort());
    }
}
