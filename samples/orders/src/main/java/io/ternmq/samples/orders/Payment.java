package io.ternmq.samples.orders;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import java.math.BigDecimal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Collects the money for new orders. */
@Component
class Payment {

    private static final Logger LOG = LoggerFactory.getLogger(Payment.class);

    private final OrderStore orders;
    private final MessageTemplate messages;
    private final History history;
    private final BigDecimal cardLimit;

    Payment(
            OrderStore orders,
            MessageTemplate messages,
            History history,
            @Value("${orders.card-limit:1000}") BigDecimal cardLimit) {
        this.orders = orders;
        this.messages = messages;
        this.history = history;
        this.cardLimit = cardLimit;
    }

    /**
     * Pays once, however often the message comes: the database knows. Tells the others every time, because the last time
     * may have failed right after the payment.
     */
    @MessageListener(topics = "orders", tags = "create", group = "payment")
    void pay(OrderCreated created) {
        if (created.amount().compareTo(cardLimit) > 0) {
            LOG.info("order {} not paid: {} is above the card's limit", created.orderId(), created.amount());
            return;
        }
        if (orders.advance(created.orderId(), Order.Status.CREATED, Order.Status.PAID)) {
            LOG.info("order {} paid: {}", created.orderId(), created.amount());
        } else if (orders.find(created.orderId()).isEmpty()) {
            LOG.info("order {} is not in this database, nothing to pay", created.orderId());
            return;
        }
        history.tell(created.orderId(), Order.Status.PAID);
        messages.destination("orders:pay")
                .key(created.orderId())
                .send(new OrderPaid(created.orderId(), created.amount()));
    }
}
