package io.ternmq.client.admin;

import io.ternmq.client.TopicPartition;
import java.util.List;
import java.util.Map;

/**
 * Some dead letters of a group.
 *
 * @param letters queue by queue, the oldest first
 * @param next offset by queue where the next page begins
 * @param last whether these were all that there are
 */
public record DeadLetterPage(List<DeadLetter> letters, Map<TopicPartition, Long> next, boolean last) {

    public DeadLetterPage {
        letters = List.copyOf(letters);
        next = Map.copyOf(next);
    }
}
