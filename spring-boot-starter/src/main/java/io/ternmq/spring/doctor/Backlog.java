package io.ternmq.spring.doctor;

import java.time.Instant;

/**
 * How many messages a listener's group has yet to consume, retries among them.
 *
 * @param messages how many
 * @param at when the cluster told
 */
public record Backlog(long messages, Instant at) {}
