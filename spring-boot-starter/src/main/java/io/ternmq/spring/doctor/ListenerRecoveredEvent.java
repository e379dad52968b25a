package io.ternmq.spring.doctor;

import java.time.Duration;

/**
 * A listener of which a {@link ListenerStalledEvent} has told goes on, or has nothing left to do. Not published for one that is stopped or
 * paused meanwhile.
 *
 * @param listenerId who it is
 * @param group its group
 * @param after how long ago that was
 */
public record ListenerRecoveredEvent(String listenerId, String group, Duration after) {}
