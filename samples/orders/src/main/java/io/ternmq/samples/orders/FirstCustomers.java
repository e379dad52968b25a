package io.ternmq.samples.orders;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Places a handful of orders when the shop opens, so that there is something to see. */
@Component
@ConditionalOnBooleanProperty(name = "orders.first-customers", matchIfMissing = true)
class FirstCustomers implements ApplicationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(FirstCustomers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OrderDesk desk;
    private final OrderStore orders;
    private final Environment environment;

    FirstCustomers(OrderDesk desk, OrderStore orders, Environment environment) {
        this.desk = desk;
        this.orders = orders;
        this.environment = environment;
    }

    @Override
    public void run(ApplicationArguments arguments) throws InterruptedException {
        LOG.info("the shop is open, here come the first customers");
        List<String> placed = List.of(
                        desk.place("espresso cup", new BigDecimal("12.50")),
                        desk.place("moka pot", new BigDecimal("34.00")),
                        desk.place("coffee beans", new BigDecimal("18.90")),
                        desk.place("milk jug", new BigDecimal("9.80")),
                        desk.place("coffee mill", new BigDecimal("89.00")))
                .stream()
                .map(Order::id)
                .toList();
        long shipped = awaitShipped(placed);
        String shop = "http://localhost:" + environment.getProperty("local.server.port", "8080");
        LOG.info("{} of {} orders are shipped. See them all:      curl {}/orders", shipped, placed.size(), shop);
        LOG.info(
                "Place one yourself:  curl -H 'Content-Type: application/json' -d '{}' {}/orders",
                "{\"item\":\"teapot\",\"amount\":25}",
                shop);
        LOG.info("Stop with Ctrl-C.");
    }

    private long awaitShipped(List<String> placed) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long shipped = shipped(placed);
        while (shipped < placed.size() && System.nanoTime() < deadline) {
            Thread.sleep(20);
            shipped = shipped(placed);
        }
        return shipped;
    }

    private long shipped(List<String> placed) {
        return orders.all().stream()
                .filter(order -> order.status() == Order.Status.SHIPPED && placed.contains(order.id()))
                .count();
    }
}
