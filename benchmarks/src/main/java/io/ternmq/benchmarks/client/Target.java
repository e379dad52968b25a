package io.ternmq.benchmarks.client;

/**
 * Where a client sends to.
 *
 * @param nameServer {@code host:port}
 * @param topic created by the first send if the broker does so
 * @param instanceName tells apart the clients of one process
 */
public record Target(String nameServer, String topic, String instanceName) {}
