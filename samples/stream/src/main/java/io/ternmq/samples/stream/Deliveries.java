package io.ternmq.samples.stream;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Remembers what has left the house, and what never will. */
@Component
class Deliveries {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final int MOST = 1000;

    /** An order and the warehouse that ships it. */
    record Shipped(String warehouse, PricedOrder order) {}

    private final Queue<Shipped> shipped = new ConcurrentLinkedQueue<>();
    private final Queue<Order> rejected = new ConcurrentLinkedQueue<>();

    void ship(String warehouse, PricedOrder order) {
        add(shipped, new Shipped(warehouse, order));
        LOG.info("order {} shipped in {}: {} for {} cents", order.number(), warehouse, order.item(), order.cents());
    }

    void reject(Order order) {
        add(rejected, order);
    }

    private static <T> void add(Queue<T> queue, T value) {
        queue.add(value);
        if (queue.size() > MOST) {
            queue.poll();
        }
    }

    List<Shipped> shipped() {
        return List.copyOf(shipped);
    }

    List<Order> rejected() {
        return List.copyOf(rejected);
    }
}
