package io.ternmq.samples.stream;

/** An order with its price in cents. */
public record PricedOrder(int number, String item, String region, int cents) {}
