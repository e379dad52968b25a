package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The books of a topic whose broker is killed again and again: what was sent, what was acknowledged and where, and what has been seen to
 * be there. A message is its number: its producer's part and, below, a count that only rises. Recording is for any thread.
 */
final class KilledQueues {
    static final String TOPIC = "kill";
    static final int QUEUES = 4;

    /** Numbers of a producer. */
    static final long EACH = 1L << 40;

    private static final String GROUP = "g";
    private static final int MAX_PADDING = 2_000;

    private final List<List<Long>> settled = new ArrayList<>();
    private final List<Acknowledgement> acknowledgedSinceLastLook = new ArrayList<>();
    private final Set<Long> committedOffsets = new HashSet<>();
    private long acknowledged;

    KilledQueues() {
        for (int queue = 0; queue < QUEUES; queue++) {
            settled.add(new ArrayList<>());
        }
    }

    /** The body of a message, which follows from its number. */
    static String body(long number) {
        int padding = (Long.hashCode(number * 0x9E3779B97F4A7C15L) & 0x7FFFFFFF) % MAX_PADDING;
        char[] filling = new char[padding];
        Arrays.fill(filling, (char) ('a' + number % 26));
        return number + ":" + new String(filling);
    }

    /** The broker has answered that a message is stored. */
    synchronized void acknowledged(int queue, long queueOffset, long number) {
        acknowledged++;
        acknowledgedSinceLastLook.add(new Acknowledgement(queue, queueOffset, number));
    }

    /** How many were acknowledged. */
    synchronized long acknowledged() {
        return acknowledged;
    }

    /** How many are there. */
    synchronized long settled() {
        return settled.stream().mapToLong(List::size).sum();
    }

    /** Reads what came since the last look, and checks that what was acknowledged is at its place. */
    synchronized void look(TestClient client) {
        List<Integer> knownSizes = settled.stream().map(List::size).toList();
        for (int queue = 0; queue < QUEUES; queue++) {
            settled.get(queue).addAll(read(client, queue, knownSizes.get(queue)));
        }
        for (Acknowledgement acknowledgement : acknowledgedSinceLastLook) {
            List<Long> queue = settled.get(acknowledgement.queue);
            assertThat(acknowledgement.queueOffset)
                    .as("acknowledged message has the place of an older one, or is lost: %s", acknowledgement)
                    .isBetween((long) knownSizes.get(acknowledgement.queue), queue.size() - 1L);
            assertThat(queue.get((int) acknowledgement.queueOffset))
                    .as("other message at the place of %s", acknowledgement)
                    .isEqualTo(acknowledgement.number);
        }
        acknowledgedSinceLastLook.clear();
    }

    /**
     * Consumes queue 0 as a group does. A crash may take back the last commits, but what the group finds was committed once and does not
     * lead beyond the end.
     */
    synchronized void consume(TestClient client) throws CommandException {
        long end = settled.get(0).size();
        Command found =
                client.call(RequestCode.QUERY_CONSUMER_OFFSET, new QueryOffsetHeader(GROUP, TOPIC, 0, false).encode());
        if (found.code() == 0) {
            long offset = found.fields().requireLong("offset");
            assertThat(committedOffsets).contains(offset);
            assertThat(offset).isLessThanOrEqualTo(end);
        }
        committedOffsets.add(end);
        client.call(RequestCode.UPDATE_CONSUMER_OFFSET, new UpdateOffsetHeader(GROUP, TOPIC, 0, end).encode());
    }

    /** Reads everything again, and checks that nothing has changed and that each producer's messages are in order, none twice. */
    synchronized void lookAtAll(TestClient client) {
        for (int queue = 0; queue < QUEUES; queue++) {
            assertThat(read(client, queue, 0)).as("queue %d", queue).isEqualTo(settled.get(queue));
            Map<Long, Long> last = new HashMap<>();
            for (long number : settled.get(queue)) {
                assertThat(last.getOrDefault(number / EACH, -1L))
                        .as("messages of one producer are out of order, or one is there twice: queue=%d", queue)
                        .isLessThan(number);
                last.put(number / EACH, number);
            }
        }
    }

    private static List<Long> read(TestClient client, int queue, long from) {
        List<Long> numbers = new ArrayList<>();
        while (true) {
            long offset = from + numbers.size();
            Command answer = TestClient.join(client.startPull(new PullHeader(
                    "reader", TOPIC, queue, offset, 1024, PullHeader.SUBSCRIPTION, 0, 0, 0, "*", PullHeader.TAG, -1)));
            if (answer.code() != 0) {
                return numbers;
            }
            for (StoredMessage message : TestClient.messages(answer)) {
                assertThat(message.queueOffset()).isEqualTo(from + numbers.size());
                String body = new String(message.body(), StandardCharsets.US_ASCII);
                long number = Long.parseLong(body.substring(0, body.indexOf(':')));
                assertThat(body).isEqualTo(body(number));
                numbers.add(number);
            }
        }
    }

    private record Acknowledgement(int queue, long queueOffset, long number) {}
}
