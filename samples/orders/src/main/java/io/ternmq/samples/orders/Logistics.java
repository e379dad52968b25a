package io.ternmq.samples.orders;

import io.ternmq.spring.annotation.MessageListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Ships what is paid for, once. */
@Component
class Logistics {

    private static final Logger LOG = LoggerFactory.getLogger(Logistics.class);

    private final OrderStore orders;

    Logistics(OrderStore orders) {
        this.orders = orders;
    }

    @MessageListener(topics = "orders", tags = "pay", group = "logistics")
    void ship(OrderPaid paid) {
        if (orders.advance(paid.orderId(), Order.Status.PAID, Order.Status.SHIPPED)) {
            LOG.info("order {} shipped", paid.orderId());
        }
    }
}
