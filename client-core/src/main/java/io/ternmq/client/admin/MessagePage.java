package io.ternmq.client.admin;

import io.ternmq.client.TopicPartition;
import java.util.List;
import java.util.Map;

/**
 * Some messages of a topic.
 *
 * @param messages in the order of the times they were stored; those of a queue in its order
 * @param next offset by queue where the next page begins
 * @param last whether these were all that there are
 */
public record MessagePage(List<FoundMessage> messages, Map<TopicPartition, Long> next, boolean last) {

    public MessagePage {
        messages = List.copyOf(messages);
        next = Map.copyOf(next);
    }
}
