package io.ternmq.samples.stream;

/** An order as it comes in. */
public record Order(int number, String item, String region) {}
