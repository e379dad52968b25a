package io.ternmq.samples.orders;

import io.ternmq.client.MQClientException;
import io.ternmq.spring.core.MessageTemplate;
import java.math.BigDecimal;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Takes orders: into the database, then to everybody who is interested. */
@Service
class OrderDesk {

    private static final Logger LOG = LoggerFactory.getLogger(OrderDesk.class);

    private final OrderStore orders;
    private final MessageTemplate messages;

    OrderDesk(OrderStore orders, MessageTemplate messages) {
        this.orders = orders;
        this.messages = messages;
    }

    /**
     * Places an order. When this returns, the order is stored and its message is too: it will be paid and shipped.
     *
     * @throws MQClientException if the message could not be stored; then there is no order either
     */
    Order place(String item, BigDecimal amount) {
        Order order = new Order(UUID.randomUUID().toString().substring(0, 8), item, amount, Order.Status.CREATED);
        orders.add(order);
        LOG.info("order {} placed: {} for {}", order.id(), item, amount);
        try {
            messages.destination("orders:create")
                    .key(order.id())
                    .send(new OrderCreated(order.id(), order.item(), order.amount()));
        } catch (MQClientException e) {
            orders.remove(order.id());
            LOG.warn("order {} taken back, its message was not stored: {}", order.id(), e.getMessage());
            throw e;
        }
        return order;
    }
}
