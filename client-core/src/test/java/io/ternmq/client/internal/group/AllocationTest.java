package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllocationTest {

    /** Worked out by hand from the rule that genuine clients follow. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    8 | 1 | 0 1 2 3 4 5 6 7
                    8 | 2 | 0 1 2 3 / 4 5 6 7
                    8 | 3 | 0 1 2 / 3 4 5 / 6 7
                    4 | 3 | 0 1 / 2 / 3
                    3 | 3 | 0 / 1 / 2
                    2 | 3 | 0 / 1 /
                    1 | 2 | 0 /
                    """)
    void sharesNeighboursOut(int queueCount, int memberCount, String expected) {
        List<MessageQueue> queues = queues(queueCount);
        List<String> members = members(memberCount);

        List<String> shares = members.stream()
                .map(me -> Allocation.averagely(queues, members, me).stream()
                        .map(queue -> Integer.toString(queue.queueId()))
                        .reduce((a, b) -> a + " " + b)
                        .orElse(""))
                .toList();

        assertThat(String.join(" / ", shares).trim()).isEqualTo(expected.trim());
    }

    @Test
    void givesEveryQueueToExactlyOneMember() {
        for (int queueCount = 0; queueCount <= 40; queueCount++) {
            for (int memberCount = 1; memberCount <= 17; memberCount++) {
                List<MessageQueue> queues = queues(queueCount);
                List<String> members = members(memberCount);

                List<MessageQueue> given = new ArrayList<>();
                members.forEach(me -> given.addAll(Allocation.averagely(queues, members, me)));

                assertThat(given)
                        .as("queues=%d, members=%d", queueCount, memberCount)
                        .isEqualTo(queues);
            }
        }
    }

    private static List<MessageQueue> queues(int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> new MessageQueue("t", "b", id))
                .toList();
    }

    private static List<String> members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "m" + (char) ('a' + i)).toList();
    }
}
