package io.ternmq.samples.orders;

/** Sent to {@code order-status} when something has happened to an order; those of one order stay in order. */
record StatusChanged(String orderId, Order.Status status) {}
