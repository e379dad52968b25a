package io.ternmq.stream.outbound;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.LocalTransactionExecuter;
import io.ternmq.client.ProducerConfig;
import io.ternmq.stream.properties.SendMode;
import io.ternmq.stream.properties.TernMQProducerProperties;
import org.jspecify.annotations.Nullable;

/**
 * What an output binding is.
 *
 * @param binding what to call it in messages
 * @param topic where to
 * @param partitioned whether messages have a partition, which is a queue
 * @param headersMapped whether headers are sent
 * @param producer how its producers are made
 * @param transaction what makes it transactional, or {@code null}
 */
public record OutboundSettings(
        String binding,
        String topic,
        boolean partitioned,
        boolean headersMapped,
        SendMode sendMode,
        ProducerConfig producer,
        @Nullable Transaction transaction,
        TernMQProducerProperties extension) {

    /**
     * Local transactions.
     *
     * @param checker tells what has become of one
     * @param executer runs one
     */
    public record Transaction(LocalTransactionChecker checker, LocalTransactionExecuter executer) {}
}
