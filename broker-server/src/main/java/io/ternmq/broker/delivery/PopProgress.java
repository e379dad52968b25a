package io.ternmq.broker.delivery;

import java.util.Map;
import java.util.Set;

/**
 * How far a group has come with a queue that it pops.
 *
 * @param cursor where the next pop begins to read
 * @param held the offsets of messages before it that consumers have in hand
 * @param givenBack the offsets of messages before it that wait to come again, with the time, epoch milliseconds
 */
public record PopProgress(long cursor, Set<Long> held, Map<Long, Long> givenBack) {}
