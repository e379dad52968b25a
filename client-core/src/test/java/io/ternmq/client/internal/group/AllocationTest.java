package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.AllocationStrategy;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AllocationTest {

    /** What the strategies of rocketmq-client 5.5.0 answer for the same queues and members. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        AVG             | 1 | 1 | 0
        AVG             | 1 | 2 | 0 /
        AVG             | 2 | 3 | 0 / 1 /
        AVG             | 5 | 3 | 0 1 / 2 3 / 4
        AVG             | 8 | 2 | 0 1 2 3 / 4 5 6 7
        AVG             | 8 | 3 | 0 1 2 / 3 4 5 / 6 7
        AVG_BY_CIRCLE   | 1 | 2 | 0 /
        AVG_BY_CIRCLE   | 5 | 3 | 0 3 / 1 4 / 2
        AVG_BY_CIRCLE   | 8 | 4 | 0 4 / 1 5 / 2 6 / 3 7
        CONSISTENT_HASH | 1 | 2 | / 0
        CONSISTENT_HASH | 1 | 4 | / / 0 /
        CONSISTENT_HASH | 5 | 2 | 2 3 4 / 0 1
        CONSISTENT_HASH | 5 | 3 | 2 3 4 / / 0 1
        CONSISTENT_HASH | 5 | 4 | 2 / / 0 1 / 3 4
        CONSISTENT_HASH | 8 | 2 | 2 3 4 6 / 0 1 5 7
        CONSISTENT_HASH | 8 | 4 | 2 6 / / 0 1 7 / 3 4 5
        """)
    void comesToTheSameResultAsGenuineClients(
            AllocationStrategy strategy, int queueCount, int memberCount, String expected) {
        List<MessageQueue> queues = queues(queueCount);
        List<String> members = members(memberCount);

        List<String> shares = members.stream()
                .map(me -> Allocation.of(strategy, queues, members, me).stream()
                        .map(queue -> Integer.toString(queue.queueId()))
                        .reduce((a, b) -> a + " " + b)
                        .orElse(""))
                .toList();

        assertThat(String.join(" / ", shares).replaceAll(" +", " ").trim()).isEqualTo(expected.trim());
    }

    @ParameterizedTest
    @EnumSource(AllocationStrategy.class)
    void givesEveryQueueToExactlyOneMember(AllocationStrategy strategy) {
        for (int queueCount = 0; queueCount <= 40; queueCount += 3) {
            for (int memberCount = 1; memberCount <= 17; memberCount++) {
                List<MessageQueue> queues = queues(queueCount);
                List<String> members = members(memberCount);

                List<MessageQueue> given = new ArrayList<>();
                members.forEach(me -> given.addAll(Allocation.of(strategy, queues, members, me)));

                assertThat(given)
                        .as("queues=%d, members=%d", queueCount, memberCount)
                        .containsExactlyInAnyOrderElementsOf(queues);
            }
        }
    }

    @Test
    void movesOnlyTheQueuesOfAMemberThatLeavesTheRing() {
        List<MessageQueue> queues = queues(64);
        List<String> before = members(5);
        List<String> after = before.subList(0, 4);

        for (String member : after) {
            assertThat(Allocation.of(AllocationStrategy.CONSISTENT_HASH, queues, after, member))
                    .containsAll(Allocation.of(AllocationStrategy.CONSISTENT_HASH, queues, before, member));
        }
    }

    private static List<MessageQueue> queues(int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> new MessageQueue("orders", "broker-a", id))
                .toList();
    }

    /** Ids like those of real clients, sorted. */
    private static List<String> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "10.0.0." + i + "@" + i)
                .sorted()
                .toList();
    }
}
