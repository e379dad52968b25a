/**
 * Delayed messages: the delay levels, and the agent that hands messages over when they are due. Runs on the thread
 * {@code ternmq-timer}.
 */
@NullMarked
package io.ternmq.broker.schedule;

import org.jspecify.annotations.NullMarked;
