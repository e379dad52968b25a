package io.ternmq.protocol.body;

/** A producer group that a client belongs to. */
public record ProducerData(String groupName) {}
