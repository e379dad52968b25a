package io.ternmq.samples.orders;

import java.math.BigDecimal;

/** An order as the database knows it. */
record Order(String id, String item, BigDecimal amount, Status status) {

    enum Status {
        CREATED,
        PAID,
        SHIPPED,
        CANCELLED,
        RETURNED
    }
}
