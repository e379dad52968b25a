package io.ternmq.broker.schedule;

import io.ternmq.protocol.message.StoredMessage;

/**
 * A message that waits for its time.
 *
 * @param topic where it will be delivered
 * @param deliverAt when, epoch milliseconds
 * @param record as it waits, in a topic of the timers
 */
public record WaitingMessage(String topic, long deliverAt, StoredMessage record) {}
