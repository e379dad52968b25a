package io.ternmq.broker.delivery;

import io.ternmq.broker.store.MessageFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pop consumer asks for.
 *
 * @param queues where to look, in this order
 * @param maxMessages most messages wanted
 * @param maxBytes most bytes wanted, except that one message is always given
 * @param invisibleMillis for how long nobody else gets the messages
 * @param fromEnd whether a group that is new to a queue starts at its end
 * @param filter what is wanted of the topic; retries are not filtered
 * @param ordered whether a queue is nobody else's until its messages are acknowledged
 * @param attemptId of ordered pops: a request with the id of the last one gets the same messages again
 */
public record Pop(
        List<PopQueueId> queues,
        int maxMessages,
        int maxBytes,
        long invisibleMillis,
        boolean fromEnd,
        MessageFilter filter,
        boolean ordered,
        @Nullable String attemptId) {}
