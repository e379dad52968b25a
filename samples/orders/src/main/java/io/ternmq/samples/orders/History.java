package io.ternmq.samples.orders;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What has happened to each order, in the order in which it has happened: the order's id is the sharding key of its messages. */
@Component
class History {

    private final JdbcClient jdbc;
    private final MessageTemplate messages;

    History(JdbcClient jdbc, MessageTemplate messages) {
        this.jdbc = jdbc;
        this.messages = messages;
    }

    /** Tells it to everybody who follows orders. */
    void tell(String orderId, Order.Status status) {
        messages.destination("order-status").key(orderId).shardingKey(orderId).send(new StatusChanged(orderId, status));
    }

    /** One message of an order after the other, never two at a time. One that comes twice is there already. */
    @MessageListener(topics = "order-status", group = "history", ordered = "true")
    void note(StatusChanged changed) {
        jdbc.sql("""
            insert into order_history (order_id, status)
            select ?, ? where not exists (select 1 from order_history where order_id = ? and status = ?)
            """)
                .params(
                        changed.orderId(), changed.status().name(),
                        changed.orderId(), changed.status().name())
                .update();
    }

    List<Order.Status> of(String orderId) {
        return jdbc.sql("select status from order_history where order_id = ? order by step")
                .param(orderId)
                .query((row, number) -> Order.Status.valueOf(row.getString("status")))
                .list();
    }
}
