package io.ternmq.spring.doctor;

import java.time.Duration;

/**
 * A listener has had nothing to do for as long as {@code ternmq.watch.idle-after} says: its group has consumed everything, and it was not
 * called. Published once for each rest, by the thread that watches listeners, which may stop the listener, or close the context.
 *
 * <p>A message that waits for its next attempt lies elsewhere on the broker until then and does not count, unless its listener is an ordered
 * one: {@code ternmq.watch.idle-after} should be longer than the delays of retries.
 *
 * @param listenerId who it is
 * @param group its group
 * @param after the time it has rested at least
 */
public record ListenerIdleEvent(String listenerId, String group, Duration after) {}
