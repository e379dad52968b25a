package io.ternmq.samples.orders;

import java.math.BigDecimal;

/** Published to {@code orders:pay} when an order is paid for. */
record OrderPaid(String orderId, BigDecimal amount) {}
