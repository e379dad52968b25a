package io.ternmq.broker.transaction;

/** A producer group that has half messages. Guarded by the lock of the {@link HalfTable}, but for what the checks note. */
final class ProducerGroup {
    final String name;
    /** How many half messages are pending. */
    int halves;
    /** Whether the log has been told that nobody can be asked. Only the checking thread uses it. */
    boolean reportedOffline;

    ProducerGroup(String name) {
        this.name = name;
    }
}
