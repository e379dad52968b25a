package io.ternmq.samples.orders;

import java.math.BigDecimal;

/** Published to {@code orders:create} when somebody has placed an order. */
record OrderCreated(String orderId, String item, BigDecimal amount) {}
