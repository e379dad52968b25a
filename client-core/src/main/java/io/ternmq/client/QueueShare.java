package io.ternmq.client;

import java.util.List;
import java.util.TreeSet;

/**
 * A fixed share of every topic's queues, instead of one that depends on who else is a member of the group: the queues, sorted by broker and number, are dealt
 * like cards to {@code count} hands, and these are the ones that this member has. Each hand must be somebody's, or its queues are not consumed.
 *
 * @param hands which of them, from 0; at least one
 * @param count how many there are
 */
public record QueueShare(List<Integer> hands, int count) {

    public QueueShare {
        hands = List.copyOf(new TreeSet<>(hands));
        if (count < 1 || hands.isEmpty() || hands.get(0) < 0 || hands.get(hands.size() - 1) >= count) {
            throw new MQClientException("illegal value: hands=" + hands + ", count=" + count
                    + "; there must be at least one hand, and each must be from 0 to count-1");
        }
    }

    /** A single hand. */
    public static QueueShare of(int hand, int count) {
        return new QueueShare(List.of(hand), count);
    }

    /** Whether the queue at a position among all sorted queues is in the share. */
    public boolean contains(int position) {
        return hands.contains(position % count);
    }
}
