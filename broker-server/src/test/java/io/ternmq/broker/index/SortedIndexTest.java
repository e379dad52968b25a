package io.ternmq.broker.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.broker.file.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SortedIndexTest {
    private static final Path DIRECTORY = Path.of("/index/keys");
    private static final IndexSettings SMALL = new IndexSettings(2, 10_000, 100);

    private final SimulatedDisk disk = new SimulatedDisk(64 << 20);

    @Test
    void findsEntriesInMemoryAndOnDiskInOneOrder() throws IOException {
        SortedIndex index = open(SMALL);
        index.add(1, 5, 1, 10);
        index.add(2, -7, 2, 20);
        index.save(3);
        index.add(3, 5, 0, 30);
        index.add(4, 9, 4, 40);

        assertThat(scan(index, Long.MIN_VALUE, Long.MAX_VALUE))
                .containsExactly("-7/2=20", "5/0=30", "5/1=10", "9/4=40");
        assertThat(scan(index, 5, 9)).containsExactly("5/0=30", "5/1=10");
        assertThat(scan(index, 5, 5)).isEmpty();
        assertThat(scan(index, 6, 5)).isEmpty();
    }

    @Test
    void stopsWhenNoMoreAreWanted() throws IOException {
        SortedIndex index = open(SMALL);
        index.add(1, 1, 1, 1);
        index.save(2);
        index.add(2, 2, 2, 2);
        List<Long> seen = new ArrayList<>();

        index.scan(0, 10, (major, minor, value) -> !seen.add(major));
        assertThat(seen).containsExactly(1L);
        assertThat(index.newest(2, 0, 10, 5, (major, minor, value) -> !seen.add(major)))
                .isEqualTo(1);
    }

    @Test
    void showsTheNewestOfOneMajorFirst() throws IOException {
        SortedIndex index = open(SMALL);
        for (int i = 0; i < 1_000; i++) {
            index.add(i, i % 3, i, i);
            if (i % 100 == 0) {
                index.save(i);
            }
        }

        assertThat(newest(index, 1, 0, Long.MAX_VALUE, 3)).containsExactly("1/997=997", "1/994=994", "1/991=991");
        assertThat(newest(index, 1, 991, 997, 64)).containsExactly("1/994=994", "1/991=991");
        assertThat(newest(index, 1, 0, Long.MAX_VALUE, 10_000)).hasSize(333);
        assertThat(newest(index, 3, 0, Long.MAX_VALUE, 64)).isEmpty();
        assertThat(newest(index, 1, 5, 5, 64)).isEmpty();
        assertThat(newest(index, 1, 0, 9, 0)).isEmpty();
    }

    @Test
    void findsEveryEntryOfARunOfManyBlocks() throws IOException {
        SortedIndex index = open(IndexSettings.standard());
        Random chance = new Random(1);
        List<Long> majors = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            majors.add(i % 10 == 0 ? 77L : chance.nextLong());
            index.add(i, majors.get(i), i, -i);
        }
        index.save(20_000);

        assertThat(index.figures())
                .isEqualTo(new IndexFigures(
                        0,
                        20_000,
                        1,
                        disk.space(DIRECTORY).totalBytes()
                                - disk.space(DIRECTORY).usableBytes()
                                - manifestBytes()));
        for (int i = 0; i < 20_000; i += 7) {
            assertThat(newest(index, majors.get(i), i, i + 1, 64)).containsExactly(majors.get(i) + "/" + i + "=" + -i);
        }
        assertThat(newest(index, 77, 0, 20_000, 64)).hasSize(64).startsWith("77/19990=-19990");
    }

    @Test
    void savesWhatIsBeforeThePositionAndNothingElse() throws IOException {
        SortedIndex index = open(SMALL);
        index.add(10, 1, 10, 0);
        index.add(20, 2, 20, 0);
        index.add(20, 3, 20, 0);
        index.save(20);
        assertThat(index.position()).isEqualTo(20);
        assertThat(index.figures().entriesInMemory()).isEqualTo(2);

        disk.killProcess();
        SortedIndex again = open(SMALL);
        assertThat(again.position()).isEqualTo(20);
        assertThat(scan(again, 0, 100)).containsExactly("1/10=0");
    }

    @Test
    void showsOnceWhatIsAddedAgain() throws IOException {
        SortedIndex index = open(SMALL);
        index.add(1, 1, 1, 1);
        index.save(2);
        SortedIndex again = open(SMALL);
        again.add(1, 1, 1, 1);
        again.add(1, 1, 1, 2);

        assertThat(scan(again, 0, 10)).containsExactly("1/1=1", "1/1=2");
        again.save(2);
        assertThat(newest(again, 1, 0, 10, 10)).containsExactly("1/1=2", "1/1=1");
    }

    @Test
    void refusesAnEntryOutOfTheOrderOfTheLog() throws IOException {
        SortedIndex index = open(SMALL);
        index.add(5, 1, 1, 1);

        assertThatThrownBy(() -> index.add(4, 1, 1, 1)).hasMessageContaining("source=4, previous=5");
    }

    @Test
    void keepsItsRunsFewAndDeletesThoseThatDoNotCount() throws IOException {
        SortedIndex index = open(new IndexSettings(4, 2_000, 1_000));
        int most = 0;
        for (int i = 0; i < 10_000; i++) {
            index.add(i, i * 31 % 1_000, i, i);
            if (i % 20 == 19) {
                index.save(i + 1);
                most = Math.max(most, index.figures().runs());
            }
        }
        assertThat(most).as("500 saves").isLessThan(25);
        assertThat(index.figures().entriesOnDisk()).isEqualTo(10_000);
        assertThat(disk.list(DIRECTORY).stream().filter(Run::isRun).count())
                .isLessThanOrEqualTo(index.figures().runs() + 4L);

        index.dropMinorsBelow(9_500);
        assertThat(scan(index, 0, 1_000)).hasSize(500);
        index.save(10_000);
        assertThat(index.figures().entriesOnDisk()).isLessThan(3_000);
        index.dropMajorsBelow(1_000);
        assertThat(scan(index, 0, 1_000)).isEmpty();
        index.save(10_000);
        assertThat(index.figures().entriesOnDisk()).isZero();
        assertThat(disk.list(DIRECTORY)).noneMatch(Run::isRun);
    }

    @Test
    void keepsOnDiskWhatIsDroppedByRecordsThatMayBeLost() throws IOException {
        SortedIndex index = open(SMALL);
        index.add(1, 1, 1, 1);
        index.save(2);
        index.add(2, 7, 2, 2);
        index.dropMajorsBelow(5);
        assertThat(scan(index, 0, 10)).containsExactly("7/2=2");

        index.save(2);
        assertThat(scan(open(SMALL), 0, 10)).as("record 2 is lost").containsExactly("1/1=1");
        index.save(3);
        assertThat(scan(open(SMALL), 0, 10)).containsExactly("7/2=2");
    }

    @Test
    void settlesABoundThatRisesAllTheTime() throws IOException {
        SortedIndex index = open(SMALL);
        for (int i = 0; i < 100; i++) {
            index.add(i, i, i, i);
            index.dropMajorsBelow(i);
            index.save(i);
        }

        assertThat(scan(open(SMALL), 0, 100)).hasSizeLessThan(5);
    }

    @Test
    void rebuildsWhatIsDamaged() throws IOException {
        SortedIndex index = filled();
        Path run = onlyRun();
        disk.flipBit(run, 5 * Run.BLOCK_BYTES + 17, 3);

        assertThat(newest(index, 0, 0, 100, 1)).as("another block").containsExactly("0/0=0");
        assertThatThrownBy(() -> scan(index, 0, 1_000))
                .isInstanceOf(DamagedIndexException.class)
                .hasMessageContaining("file=" + run + ", position=20480");
        index.save(1_000);
        SortedIndex again = open(SMALL);
        assertThat(again.position()).isZero();
        assertThat(scan(again, 0, 1_000)).isEmpty();
        assertThat(disk.list(DIRECTORY)).as("untouched until the first save").contains(run);
        again.add(1, 1, 1, 1);
        again.save(1_000);
        assertThat(scan(open(SMALL), 0, 1_000)).containsExactly("1/1=1");
        assertThat(onlyRun()).isNotEqualTo(run);
    }

    @Test
    void findsDamageWhenItMerges() throws IOException {
        SortedIndex index = filled();
        disk.flipBit(onlyRun(), 17, 3);
        for (int i = 1_000; i < 2_000; i++) {
            index.add(i, i, i, i);
        }
        index.save(2_000);

        assertThat(index.position()).isZero();
        assertThat(open(SMALL).position()).isZero();
    }

    @Test
    void rebuildsWhenAFileIsMissingOrShort() throws IOException {
        filled();
        disk.truncate(onlyRun(), 5_000);
        assertThat(open(SMALL).position()).isZero();

        SortedIndex index = filled();
        disk.delete(onlyRun());
        assertThatThrownBy(() -> scan(index, 0, 1_000)).isInstanceOf(DamagedIndexException.class);
        assertThat(open(SMALL).position()).isZero();
    }

    @Test
    void keepsEverythingInMemoryWhileTheDiskIsFull() throws IOException {
        SortedIndex index = open(SMALL);
        index.add(1, 1, 1, 1);
        disk.setOverQuota(true);
        assertThatThrownBy(() -> index.save(2)).hasMessageContaining("quota");
        index.add(2, 2, 2, 2);
        assertThat(index.position()).isZero();

        disk.setOverQuota(false);
        index.save(3);
        assertThat(scan(open(SMALL), 0, 10)).containsExactly("1/1=1", "2/2=2");
        assertThat(disk.list(DIRECTORY).stream().filter(Run::isRun)).hasSize(1);
    }

    @Test
    void isReadWhileItIsAddedToAndSaved() throws Exception {
        SortedIndex index = open(new IndexSettings(3, 20_000, 500));
        AtomicLong added = new AtomicLong(-1);
        AtomicBoolean ended = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> saver = threads.submit(() -> {
                while (!ended.get()) {
                    index.save(added.get());
                }
                return null;
            });
            Future<?> reader = threads.submit(() -> {
                while (!ended.get()) {
                    long before = added.get();
                    long[] next = {0};
                    index.scan(0, Long.MAX_VALUE, (major, minor, value) -> major == next[0]++);
                    assertThat(next[0]).isGreaterThan(before);
                    if (before >= 0) {
                        assertThat(newest(index, before, 0, 1, 2)).hasSize(1);
                    }
                }
                return null;
            });
            for (int i = 0; i < 20_000; i++) {
                index.add(i, i, 0, i);
                added.set(i);
            }
            ended.set(true);
            saver.get();
            reader.get();
        } finally {
            ended.set(true);
            threads.shutdownNow();
        }
        assertThat(scan(index, 0, Long.MAX_VALUE)).hasSize(20_000);
    }

    static List<String> scan(SortedIndex index, long from, long to) throws IOException {
        List<String> found = new ArrayList<>();
        index.scan(from, to, (major, minor, value) -> found.add(major + "/" + minor + "=" + value));
        return found;
    }

    static List<String> newest(SortedIndex index, long major, long from, long to, int limit) throws IOException {
        List<String> found = new ArrayList<>();
        int shown =
                index.newest(major, from, to, limit, (of, minor, value) -> found.add(of + "/" + minor + "=" + value));
        assertThat(shown).isEqualTo(found.size());
        return found;
    }

    private SortedIndex open(IndexSettings settings) throws IOException {
        return SortedIndex.open(disk, DIRECTORY, settings);
    }

    private SortedIndex filled() throws IOException {
        SortedIndex index = open(SMALL);
        for (int i = 0; i < 1_000; i++) {
            index.add(i, i, i, i);
        }
        index.save(1_000);
        return index;
    }

    private Path onlyRun() throws IOException {
        List<Path> runs = disk.list(DIRECTORY).stream().filter(Run::isRun).toList();
        assertThat(runs).hasSize(1);
        return runs.get(0);
    }

    private long manifestBytes() {
        return disk.fingerprint().entrySet().stream()
                .filter(entry -> !Run.isRun(entry.getKey()))
                .mapToLong(entry -> Long.parseLong(
                        entry.getValue().substring(0, entry.getValue().indexOf(':'))))
                .sum();
    }
}
