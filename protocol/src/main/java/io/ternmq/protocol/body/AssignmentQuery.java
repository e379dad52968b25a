package io.ternmq.protocol.body;

import org.jspecify.annotations.Nullable;

/**
 * Body of QUERY_ASSIGNMENT (code 400): which queues of a topic are a client's.
 *
 * @param strategyName how queues are shared out: AVG or AVG_BY_CIRCLE; {@code null} for AVG
 * @param messageModel CLUSTERING or BROADCASTING
 */
public record AssignmentQuery(
        String topic,
        String consumerGroup,
        String clientId,
        @Nullable String strategyName,
        @Nullable String messageModel) {}
