package io.ternmq.spring.doctor;

/**
 * A listener has come to a standstill although there is something to do. Published once for each standstill, by the thread that watches
 * listeners; a {@link ListenerRecoveredEvent} follows when it goes on.
 *
 * @param listenerId who it is
 * @param group its group
 * @param diagnosis why, as the log tells it too
 */
public record ListenerStalledEvent(String listenerId, String group, Diagnosis diagnosis) {}
