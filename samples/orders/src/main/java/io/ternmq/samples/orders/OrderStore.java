package io.ternmq.samples.orders;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The orders in the database. */
@Repository
class OrderStore {

    private final JdbcClient jdbc;

    OrderStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void add(Order order) {
        jdbc.sql("insert into orders (id, item, amount, status) values (?, ?, ?, ?)")
                .params(order.id(), order.item(), order.amount(), order.status().name())
                .update();
    }

    /** Moves an order on, if it stands at {@code from}; otherwise somebody has done so before. */
    boolean advance(String id, Order.Status from, Order.Status to) {
        return jdbc.sql("update orders set status = ? where id = ? and status = ?")
                        .params(to.name(), id, from.name())
                        .update()
                == 1;
    }

    Optional<Order> find(String id) {
        return jdbc.sql("select id, item, amount, status from orders where id = ?")
                .param(id)
                .query(Order.class)
                .optional();
    }

    List<Order> all() {
        return jdbc.sql("select id, item, amount, status from orders order by placed")
                .query(Order.class)
                .list();
    }
}
