package io.ternmq.protocol.body;

/**
 * Version of a table, raised with each change.
 *
 * @param timestamp epoch milliseconds of the last change
 */
public record DataVersion(long counter, long stateVersion, long timestamp) {}
