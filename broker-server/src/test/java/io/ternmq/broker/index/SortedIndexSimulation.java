package io.ternmq.broker.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/**
 * One story of an index on a bad disk, told by a seed, against a log and a model in memory: entries are added, saved, dropped and
 * read, writes and forces fail, the disk is full, the power goes at any moment. After each crash the log is shown again from where
 * the index says, and the index must hold exactly what follows from the log.
 */
final class SortedIndexSimulation {
    private static final Path DIRECTORY = Path.of("/index/some");
    private static final int MAJORS = 300;
    /** Merges of so many sizes may be under way. */
    private static final int MERGES = 8;

    private final Random chance;
    private final SimulatedDisk disk = new SimulatedDisk(32 << 20);
    private final IndexSettings settings;
    private final List<String> story = new ArrayList<>();
    /** What follows from the log: entries and drops. */
    private final List<Step> log = new ArrayList<>();

    private long end;
    private long durable;
    /** Where the store would read the log from. */
    private long checkpoint;

    private SortedIndex index;

    SortedIndexSimulation(long seed) throws IOException {
        chance = new Random(seed);
        settings = new IndexSettings(2 + chance.nextInt(3), 200 + chance.nextInt(3_000), 50 + chance.nextInt(500));
        index = SortedIndex.open(disk, DIRECTORY, settings);
    }

    /** What happened, a line each. */
    String story() {
        return String.join("\n", story);
    }

    void run() throws IOException {
        int lives = 2 + chance.nextInt(4);
        for (int life = 0; life < lives; life++) {
            if (chance.nextInt(3) > 0) {
                disk.losePowerAfter(chance.nextInt(150));
            }
            int steps = 5 + chance.nextInt(40);
            for (int i = 0; i < steps && !disk.isWithoutPower(); i++) {
                step();
            }
            crash();
            restart();
        }
    }

    private void step() throws IOException {
        switch (chance.nextInt(14)) {
            case 0, 1, 2 -> save();
            case 3 -> disk.failWrites(1);
            case 4 -> disk.failForces(1);
            case 5 -> disk.setOverQuota(chance.nextBoolean());
            case 6 -> append(new Dropped(lastSource(), true, chance.nextInt(MAJORS / 3)));
            case 7 -> append(new Dropped(lastSource(), false, end * chance.nextInt(10) / 10));
            case 8, 9 -> readWhilePowered();
            default -> {
                int count = 1 + chance.nextInt(chance.nextInt(8) == 0 ? 500 : 30);
                for (int i = 0; i < count; i++) {
                    append(new Entry(chance.nextInt(MAJORS), end, chance.nextInt(3)));
                    end += chance.nextInt(4);
                }
                end++;
                durable = Math.max(durable, end - chance.nextInt(60));
                story.add("added " + count + " to " + end + ", durable=" + durable);
            }
        }
    }

    private long lastSource() {
        return log.isEmpty() ? -1 : log.get(log.size() - 1).source();
    }

    private void append(Step step) {
        log.add(step);
        apply(step);
        if (step instanceof Dropped) {
            story.add(step.toString());
        }
    }

    private void apply(Step step) {
        if (step instanceof Entry entry) {
            index.add(entry.minor, entry.major, entry.minor, entry.value);
        } else if (step instanceof Dropped dropped && dropped.ofMajors) {
            index.dropMajorsBelow(dropped.bound);
        } else if (step instanceof Dropped dropped) {
            index.dropMinorsBelow(dropped.bound);
        }
    }

    private void save() throws IOException {
        long saved = index.position();
        long position = chance.nextInt(4) == 0 ? saved + (durable - saved) / 2 : durable;
        try {
            index.save(position);
            assertThat(index.position()).isEqualTo(position);
            if (chance.nextInt(3) > 0) {
                checkpoint = position;
            }
            assertThat(disk.list(DIRECTORY).stream().filter(Run::isRun).count())
                    .as("no file is left over but the outputs of merges")
                    .isLessThanOrEqualTo(index.figures().runs() + MERGES);
            story.add("saved " + position + ", checkpoint=" + checkpoint + " " + index.figures());
        } catch (IOException e) {
            story.add("not saved " + position + ": " + e.getMessage());
        }
    }

    private void readWhilePowered() throws IOException {
        if (disk.isWithoutPower()) {
            return;
        }
        TreeSet<Entry> expected = expected(log);
        assertThat(all()).isEqualTo(new ArrayList<>(expected));
        long from = chance.nextInt(MAJORS);
        long to = from + chance.nextInt(50);
        assertThat(SortedIndexTest.scan(index, from, to))
                .isEqualTo(expected.stream()
                        .filter(entry -> entry.major >= from && entry.major < to)
                        .map(Entry::toString)
                        .toList());
        long minorFrom = chance.nextInt((int) end + 1);
        long minorTo = minorFrom + chance.nextInt((int) end + 1);
        int limit = 1 + chance.nextInt(5);
        assertThat(SortedIndexTest.newest(index, from, minorFrom, minorTo, limit))
                .isEqualTo(expected.descendingSet().stream()
                        .filter(entry -> entry.major == from && entry.minor >= minorFrom && entry.minor < minorTo)
                        .limit(limit)
                        .map(Entry::toString)
                        .toList());
    }

    private void crash() {
        boolean killed = !disk.isWithoutPower() && chance.nextInt(3) == 0;
        if (killed) {
            disk.killProcess();
        } else {
            disk.losePower(chance);
            end = durable + (end - durable) * chance.nextInt(5) / 4;
            log.removeIf(step -> step.source() >= end);
        }
        disk.setOverQuota(false);
        disk.failWrites(0);
        disk.failForces(0);
        story.add("killed=" + killed + ", the log ends at " + end);
    }

    private void restart() throws IOException {
        while (chance.nextInt(3) == 0) {
            disk.losePowerAfter(chance.nextInt(4));
            try {
                SortedIndex.open(disk, DIRECTORY, settings);
            } catch (IOException e) {
                assertThat(disk.isWithoutPower()).as("failed by itself: %s", e).isTrue();
            }
            disk.losePower(chance);
        }
        disk.losePowerAfter(Long.MAX_VALUE);
        index = SortedIndex.open(disk, DIRECTORY, settings);
        assertThat(index.position()).isGreaterThanOrEqualTo(checkpoint);
        checkNothingIsLostBy(checkpoint);
        for (Step step : List.copyOf(log)) {
            if (step.source() >= checkpoint || step instanceof Dropped) {
                apply(step);
            }
        }
        durable = end;
        assertThat(all()).isEqualTo(new ArrayList<>(expected(log)));
    }

    /** Before the log is shown again: what was saved and is not dropped for sure is there, and nothing that nobody added. */
    private void checkNothingIsLostBy(long position) throws IOException {
        List<Entry> found = all();
        assertThat(found)
                .containsAll(expected(log).stream()
                        .filter(entry -> entry.source() < position)
                        .toList());
        TreeSet<Entry> everAdded = new TreeSet<>();
        log.stream().filter(Entry.class::isInstance).map(Entry.class::cast).forEach(everAdded::add);
        assertThat(everAdded).containsAll(found);
    }

    private List<Entry> all() throws IOException {
        List<Entry> found = new ArrayList<>();
        index.scan(Long.MIN_VALUE, Long.MAX_VALUE, (major, minor, value) -> found.add(new Entry(major, minor, value)));
        return found;
    }

    private static TreeSet<Entry> expected(List<Step> log) {
        long majorsFrom = Long.MIN_VALUE;
        long minorsFrom = Long.MIN_VALUE;
        TreeSet<Entry> entries = new TreeSet<>();
        for (Step step : log) {
            if (step instanceof Entry entry) {
                entries.add(entry);
            } else if (step instanceof Dropped dropped && dropped.ofMajors) {
                majorsFrom = Math.max(majorsFrom, dropped.bound);
            } else if (step instanceof Dropped dropped) {
                minorsFrom = Math.max(minorsFrom, dropped.bound);
            }
        }
        long majors = majorsFrom;
        long minors = minorsFrom;
        entries.removeIf(entry -> entry.major < majors || entry.minor < minors);
        return entries;
    }

    private interface Step {
        /** Log offset of the record it follows from. */
        long source();
    }

    /** Something below does not count from here on. */
    private record Dropped(long source, boolean ofMajors, long bound) implements Step {}

    /** The minor number is the log offset. */
    private record Entry(long major, long minor, long value) implements Step, Comparable<Entry> {
        private static final Comparator<Entry> ORDER = Comparator.comparingLong(Entry::major)
                .thenComparingLong(Entry::minor)
                .thenComparingLong(Entry::value);

        @Override
        public long source() {
            return minor;
        }

        @Override
        public int compareTo(Entry other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return major + "/" + minor + "=" + value;
        }
    }
}
