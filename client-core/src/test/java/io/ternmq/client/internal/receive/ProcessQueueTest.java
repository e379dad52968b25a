package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessQueueTest {

    private final CacheBudget budget = new CacheBudget(10_000, Long.MAX_VALUE, () -> {});
    private final ProcessQueue queue = new ProcessQueue(new MessageQueue("t", "b", 0), budget, 100, true);

    @Test
    void commitsWhereItBeganWhileNothingHasCome() {
        assertThat(queue.commitOffset()).isEqualTo(100);
    }

    @Test
    void commitsTheLowestOffsetThatIsNotDone() {
        List<Entry> entries = queue.add(messages(100, 104), 104);

        finish(entries.get(0));
        finish(entries.get(2));
        finish(entries.get(3));

        assertThat(queue.commitOffset()).isEqualTo(101);
        finish(entries.get(1));
        assertThat(queue.commitOffset()).isEqualTo(104);
    }

    @Test
    void commitsBehindWhatWasFilteredOut() {
        queue.skipTo(150);

        assertThat(queue.commitOffset()).isEqualTo(150);
    }

    @Test
    void tellsAnOffsetToCommitOnlyOnce() {
        assertThat(queue.takeUncommitted()).isEqualTo(100);
        assertThat(queue.takeUncommitted()).isNull();

        queue.skipTo(101);

        assertThat(queue.takeUncommitted()).isEqualTo(101);
    }

    @Test
    void isFullWhenTheLowestOpenOffsetIsFarBehind() {
        List<Entry> first = queue.add(messages(100, 101), 101);
        queue.skipTo(2200);

        assertThat(queue.isFull()).isTrue();
        finish(first.get(0));
        assertThat(queue.isFull()).isFalse();
    }

    @Test
    void doesNotBeginMessagesOfADroppedQueue() {
        List<Entry> entries = queue.add(messages(100, 101), 101);

        queue.drop();

        assertThat(entries.get(0).begin()).isFalse();
        entries.get(0).discard();
        assertThat(budget.count()).isZero();
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void commitsOnlyWhatWasDoneWhenItWasDropped() {
        List<Entry> entries = queue.add(messages(100, 104), 104);
        entries.get(1).begin();
        finish(entries.get(0));

        queue.drop();
        entries.get(1).settle();
        entries.get(1).finish();
        entries.get(2).discard();
        entries.get(3).discard();

        assertThat(queue.commitOffset()).isEqualTo(101);
        assertThat(queue.takeUncommitted()).isEqualTo(101);
    }

    @Test
    void doesNotCommitBeyondLaterMessagesWhileTheLastOfAPullIsFinishing() {
        List<Entry> first = queue.add(messages(100, 101), 101);
        List<Entry> second = queue.add(messages(101, 103), 103);
        // Done itself, while the batch that it is in does not know yet.
        Entry finishing = new Entry(first.get(0).stored(), queue, new Batch(1));
        first.set(0, finishing);
        finish(finishing);

        assertThat(queue.commitOffset()).isEqualTo(101);
        finish(second.get(0));
        assertThat(queue.commitOffset()).isEqualTo(102);
    }

    @Test
    void letsOnlyOneSettleAMessage() {
        Entry entry = queue.add(messages(100, 101), 101).get(0);
        entry.begin();

        assertThat(entry.settle()).isTrue();
        assertThat(entry.settle()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void neverCommitsBeyondAnOpenMessage(long seed) {
        Random random = new Random(seed);
        List<Entry> open = new ArrayList<>();
        TreeSet<Long> openOffsets = new TreeSet<>();
        long next = 100;
        for (int step = 0; step < 500; step++) {
            if (random.nextBoolean()) {
                long end = next + random.nextInt(5);
                long after = end + random.nextInt(3);
                open.addAll(queue.add(messages(next, end), after));
                LongStream.range(next, end).forEach(openOffsets::add);
                next = after;
            } else if (!open.isEmpty()) {
                Collections.swap(open, random.nextInt(open.size()), open.size() - 1);
                Entry done = open.remove(open.size() - 1);
                openOffsets.remove(done.stored().queueOffset());
                finish(done);
            }

            long expected = openOffsets.isEmpty() ? next : openOffsets.first();
            assertThat(queue.commitOffset()).as("seed=%d, step=%d", seed, step).isEqualTo(expected);
            assertThat(budget.count()).isEqualTo(open.size());
        }
    }

    private static void finish(Entry entry) {
        assertThat(entry.begin()).isTrue();
        assertThat(entry.settle()).isTrue();
        entry.finish();
    }

    private static List<StoredMessage> messages(long from, long to) {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return LongStream.range(from, to)
                .mapToObj(offset -> new StoredMessage(
                        "t", 0, 0, offset, offset, 0, 0, host, 0, host, 0, 0, new byte[] {1, 2, 3}, "k\u0001v\u0002"))
                .toList();
    }
}
