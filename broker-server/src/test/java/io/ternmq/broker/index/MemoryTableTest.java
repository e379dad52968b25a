package io.ternmq.broker.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

class MemoryTableTest {

    @Test
    void collectsWhatIsBehindAMarkUpToALimitOfTheLog() {
        MemoryTable table = new MemoryTable();
        MemoryTable.Mark start = table.end();
        add(table, 0, 3000);
        EntryArray taken = new EntryArray();

        MemoryTable.Mark rest = MemoryTable.collect(start, 2000, (major, minor) -> major % 2 == 0, taken);

        assertThat(taken.count()).isEqualTo(1000);
        assertThat(MemoryTable.countFrom(rest)).isEqualTo(1000);
    }

    @Test
    void keepsNothingThatNobodyHasAMarkBefore() {
        MemoryTable table = new MemoryTable();
        WeakReference<MemoryTable.Chunk> first = new WeakReference<>(table.end().chunk);
        add(table, 0, 3000);

        MemoryTable.Mark end = table.end();

        await().untilAsserted(() -> {
            System.gc();
            assertThat(first.get()).isNull();
        });
        assertThat(MemoryTable.countFrom(end)).isZero();
    }

    private static void add(MemoryTable table, int from, int to) {
        for (int i = from; i < to; i++) {
            table.add(i, i, i, i);
        }
    }
}
