package io.ternmq.client;

import java.util.List;

/** The application's code for several messages at once. Called by several threads at once. */
@FunctionalInterface
public interface BatchMessageListener {

    /**
     * Handles messages of one topic, at least one and at most {@link ConsumerConfig#consumeBatchSize()}.
     *
     * @return {@link Action#CommitMessage} when all are done, or those up to {@link ConsumeContext#setAcknowledgeIndex},
     *     {@link Action#ReconsumeLater} to get all of them again later. Throwing an exception and returning {@code null}
     *     count as {@link Action#ReconsumeLater}
     */
    Action consume(List<Message> messages, ConsumeContext context);
}
