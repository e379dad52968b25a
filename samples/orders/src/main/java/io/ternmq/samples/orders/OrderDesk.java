package io.ternmq.samples.orders;

import io.ternmq.client.MQClientException;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes orders: into the database, and to everybody who is interested. */
@Service
class OrderDesk {

    private static final Logger LOG = LoggerFactory.getLogger(OrderDesk.class);

    private final OrderStore orders;
    private final MessageTemplate messages;
    private final TransactionMessageTemplate transactions;
    private final Duration paymentDeadline;

    OrderDesk(
            OrderStore orders,
            MessageTemplate messages,
            TransactionMessageTemplate transactions,
            @Value("${orders.payment-deadline:30m}") Duration paymentDeadline) {
        this.orders = orders;
        this.messages = messages;
        this.transactions = transactions;
        this.paymentDeadline = paymentDeadline;
    }

    /**
     * Places an order. The order and its message are one: when the database commits, the message is delivered, even if this process dies right then;
     * when it rolls back, nobody ever sees the message. The deadline may stay alone; it finds no order then, and does nothing.
     *
     * @throws MQClientException if a message could not be stored; then there is no order either
     */
    @Transactional
    Order place(String item, BigDecimal amount) {
        Order order = new Order(UUID.randomUUID().toString().substring(0, 8), item, amount, Order.Status.CREATED);
        orders.add(order);
        messages.destination("payment-deadlines")
                .key(order.id())
                .delay(paymentDeadline)
                .send(new PaymentDeadline(order.id()));
        transactions.publish(
                "orders:create", new OrderCreated(order.id(), item, amount), Map.of(TernMQHeaders.KEYS, order.id()));
        LOG.info("order {} placed: {} for {}", order.id(), item, amount);
        return order;
    }
}
