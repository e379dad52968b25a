package io.ternmq.client.internal.group;

import io.ternmq.protocol.body.MessageQueue;
import java.util.List;

/**
 * Shares the queues of a topic out among the members of a group: each gets a run of neighbours, the first members one
 * more if it does not come out even. Every client of a group, of whatever make, must come to the same result.
 */
final class Allocation {

    private Allocation() {}

    /**
     * The queues of one member.
     *
     * @param queues all queues, sorted
     * @param members all members' ids, sorted, {@code me} among them
     */
    static List<MessageQueue> averagely(List<MessageQueue> queues, List<String> members, String me) {
        int index = members.indexOf(me);
        int share = queues.size() / members.size();
        int rest = queues.size() % members.size();
        int start = index * share + Math.min(index, rest);
        int end = start + share + (index < rest ? 1 : 0);
        return queues.subList(start, end);
    }
}
