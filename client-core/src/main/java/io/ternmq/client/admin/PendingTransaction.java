package io.ternmq.client.admin;

import java.time.Instant;

/**
 * A message that waits for the outcome of its transaction.
 *
 * @param brokerAddress the broker that has it
 * @param producerGroup the group whose producers are asked about it
 * @param topic the topic it is meant for
 * @param messageId its id
 * @param offsetMessageId the id that says where its record lies
 * @param storedAt when the broker stored it, by its clock
 * @param checks how often a producer was asked
 * @param nextCheck when one will be asked again, if one is online
 */
public record PendingTransaction(
        String brokerAddress,
        String producerGroup,
        String topic,
        String messageId,
        String offsetMessageId,
        Instant storedAt,
        int checks,
        Instant nextCheck) {}
