package io.ternmq.client.internal.receive;

/** What makes one kind of consumer different from another: where messages go, and when a queue may be begun. */
record Receiving(Sink sink, Ownership ownership) {}
