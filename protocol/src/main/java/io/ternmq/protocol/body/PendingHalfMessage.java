package io.ternmq.protocol.body;

/**
 * A half message whose transaction has not ended, as GET_PENDING_HALF_MESSAGES (code 10039) lists it.
 *
 * @param producerGroup the group that is asked about it
 * @param topic the topic it is meant for
 * @param messageId its unique id
 * @param offsetMessageId the id that says where its record lies
 * @param commitLogOffset the same place as a number
 * @param storeTimestamp when it was stored, epoch milliseconds
 * @param checks how often a producer was asked since the broker started
 * @param nextCheckTimestamp when the next check is due, epoch milliseconds
 */
public record PendingHalfMessage(
        String producerGroup,
        String topic,
        String messageId,
        String offsetMessageId,
        long commitLogOffset,
        long storeTimestamp,
        int checks,
        long nextCheckTimestamp) {}
