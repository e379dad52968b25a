package io.ternmq.samples.orders;

import io.ternmq.spring.annotation.DeadLetterHandler;
import io.ternmq.spring.annotation.MessageListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Ships what is paid for, once. */
@Component
class Logistics {

    private static final Logger LOG = LoggerFactory.getLogger(Logistics.class);

    private final OrderStore orders;
    private final History history;

    Logistics(OrderStore orders, History history) {
        this.orders = orders;
        this.history = history;
    }

    /** What cannot be packed now may be packed later: an exception brings the message back, twice. */
    @MessageListener(topics = "orders", tags = "pay", group = "logistics", maxReconsumeTimes = "2")
    void ship(OrderPaid paid) {
        if (orders.find(paid.orderId())
                .map(order -> order.item().contains("elephant"))
                .orElse(false)) {
            throw new IllegalStateException("no box is large enough for order " + paid.orderId());
        }
        if (orders.advance(paid.orderId(), Order.Status.PAID, Order.Status.SHIPPED)) {
            history.tell(paid.orderId(), Order.Status.SHIPPED);
            LOG.info("order {} shipped", paid.orderId());
        }
    }

    /** What could not be shipped after all; somebody has to do something about it. */
    @DeadLetterHandler(group = "logistics")
    void giveUp(OrderPaid paid) {
        if (orders.advance(paid.orderId(), Order.Status.PAID, Order.Status.RETURNED)) {
            history.tell(paid.orderId(), Order.Status.RETURNED);
            LOG.info("order {} cannot be shipped, the money goes back: {}", paid.orderId(), paid.amount());
        }
    }
}
