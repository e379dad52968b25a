package io.ternmq.samples.jpa;

/** Published to {@code payments} when an invoice was paid. */
record Paid(String invoice, String payer, long cents) {}
