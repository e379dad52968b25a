package io.ternmq.samples.orders;

/** Sent to {@code payment-deadlines} with an order, and delivered when the order must be paid. */
record PaymentDeadline(String orderId) {}
