package io.ternmq.client.internal.group;

import io.ternmq.client.AllocationStrategy;
import io.ternmq.protocol.body.MessageQueue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Shares the queues of a topic out among the members of a group. Every client of a group, of whatever make, must come to
 * the same result.
 */
final class Allocation {

    /** How many points on the ring each member has. */
    private static final int POINTS = 10;

    private Allocation() {}

    /**
     * The queues of one member.
     *
     * @param queues all queues, sorted
     * @param members all members' ids, sorted, {@code me} among them
     */
    static List<MessageQueue> of(
            AllocationStrategy strategy, List<MessageQueue> queues, List<String> members, String me) {
        return switch (strategy) {
            case AVG -> averagely(queues, members, me);
            case AVG_BY_CIRCLE -> byCircle(queues, members, me);
            case CONSISTENT_HASH -> byConsistentHash(queues, members, me);
        };
    }

    /** Each gets a run of neighbours, the first members one more if it does not come out even. */
    private static List<MessageQueue> averagely(List<MessageQueue> queues, List<String> members, String me) {
        int index = members.indexOf(me);
        int share = queues.size() / members.size();
        int rest = queues.size() % members.size();
        int start = index * share + Math.min(index, rest);
        int end = start + share + (index < rest ? 1 : 0);
        return queues.subList(start, end);
    }

    private static List<MessageQueue> byCircle(List<MessageQueue> queues, List<String> members, String me) {
        int index = members.indexOf(me);
        return IntStream.range(0, queues.size())
                .filter(i -> i % members.size() == index)
                .mapToObj(queues::get)
                .toList();
    }

    /** Each queue belongs to the member whose point on the ring is the next at or after its own. */
    private static List<MessageQueue> byConsistentHash(List<MessageQueue> queues, List<String> members, String me) {
        MessageDigest md5 = md5();
        TreeMap<Long, String> ring = new TreeMap<>();
        for (String member : members) {
            for (int i = 0; i < POINTS; i++) {
                ring.put(point(md5, member + "-" + i), member);
            }
        }
        return queues.stream()
                .filter(queue -> {
                    Map.Entry<Long, String> owner = ring.ceilingEntry(point(md5, describe(queue)));
                    return me.equals((owner == null ? ring.firstEntry() : owner).getValue());
                })
                .toList();
    }

    /** The form in which all clients hash a queue. */
    private static String describe(MessageQueue queue) {
        return "MessageQueue [topic=" + queue.topic() + ", brokerName=" + queue.brokerName() + ", queueId="
                + queue.queueId() + "]";
    }

    private static long point(MessageDigest md5, String text) {
        byte[] digest = md5.digest(text.getBytes(StandardCharsets.UTF_8));
        return Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt());
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }
}
