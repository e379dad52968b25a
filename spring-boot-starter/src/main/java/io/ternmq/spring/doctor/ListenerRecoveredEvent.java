package io.ternmq.spring.doctor;

import java.time.Duration;

/**
 * A listener of which a {@link ListenerStalledEvent} has told goes on, or has nothing left to do. For one that is stopped or paused
 * meanwhile it is published when it runs again.
 *
 * @param listenerId who it is
 * @param group its group
 * @param after how long ago that was
 */
public record ListenerRecoveredEvent(String listenerId, String group, Duration after) {}
