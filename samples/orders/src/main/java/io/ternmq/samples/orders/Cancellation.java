package io.ternmq.samples.orders;

import io.ternmq.spring.annotation.MessageListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Cancels what is still not paid when its deadline comes. Most orders are long shipped by then; of those the message says nothing new. */
@Component
class Cancellation {

    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private final OrderStore orders;
    private final History history;

    Cancellation(OrderStore orders, History history) {
        this.orders = orders;
        this.history = history;
    }

    @MessageListener(topics = "payment-deadlines", group = "cancellation")
    void cancel(PaymentDeadline deadline) {
        if (orders.advance(deadline.orderId(), Order.Status.CREATED, Order.Status.CANCELLED)) {
            history.tell(deadline.orderId(), Order.Status.CANCELLED);
            LOG.info("order {} cancelled, nobody has paid it", deadline.orderId());
        }
    }
}
