package io.ternmq.broker.index;

import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the runs of an index few. Neighbours in the order of the log become one once there are enough of about the same size; for
 * each size one merge is under way at a time, so that the small ones do not wait for the large. For one thread.
 */
final class Merges {
    private static final Logger LOGGER = LoggerFactory.getLogger(Merges.class);

    private final Files files;
    private final Path directory;
    private final IndexSettings settings;
    private final LongSupplier ids;
    private final List<Merge> active = new ArrayList<>();

    Merges(Files files, Path directory, IndexSettings settings, LongSupplier ids) {
        this.files = files;
        this.directory = directory;
        this.settings = settings;
        this.ids = ids;
    }

    /**
     * Starts the merges that are due and moves all of them on, by no more than so many entries each. Replaces in {@code runs} what has
     * become one.
     *
     * @return whether all is well; false if a run is damaged
     */
    boolean work(List<Run> runs, long entries, long majorsFrom, long minorsFrom) {
        active.removeIf(merge -> !runs.containsAll(merge.inputs()));
        start(runs);
        for (Merge merge : List.copyOf(active)) {
            try {
                if (merge.step(entries, majorsFrom, minorsFrom)) {
                    active.remove(merge);
                    int at = runs.indexOf(merge.inputs().get(0));
                    runs.addAll(at, merge.finish());
                    runs.removeAll(merge.inputs());
                }
            } catch (IOException e) {
                LOGGER.warn(
                        "runs of an index cannot be merged now: directory={}, runs={}", directory, merge.inputs(), e);
                active.remove(merge);
                if (e instanceof DamagedIndexException || e instanceof NoSuchFileException) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether the output of a merge that is under way is in this file. */
    boolean isWriting(Path file) {
        return active.stream().anyMatch(merge -> merge.outputPath().equals(file));
    }

    private void start(List<Run> runs) {
        int largest = runs.stream().mapToInt(this::sizeClass).max().orElse(-1);
        for (int sizeClass = 0; sizeClass <= largest; sizeClass++) {
            List<Run> inputs = neighbours(runs, sizeClass);
            while (!inputs.isEmpty()) {
                active.add(new Merge(files, directory, inputs, ids.getAsLong()));
                inputs = neighbours(runs, sizeClass);
            }
        }
    }

    /** The oldest free neighbours that are not larger than a size class, if they are enough. */
    private List<Run> neighbours(List<Run> runs, int sizeClass) {
        List<Run> found = new ArrayList<>();
        long entries = 0;
        for (Run run : runs) {
            boolean fits = sizeClass(run) <= sizeClass && isFree(run);
            if (!fits || entries + run.entries() > settings.maxRunEntries()) {
                found.clear();
                entries = 0;
            }
            if (fits && run.entries() <= settings.maxRunEntries()) {
                found.add(run);
                entries += run.entries();
            }
            if (found.size() == settings.fanout()) {
                return found;
            }
        }
        return List.of();
    }

    private boolean isFree(Run run) {
        return active.stream().noneMatch(merge -> merge.inputs().contains(run));
    }

    private int sizeClass(Run run) {
        int sizeClass = 0;
        for (long size = Run.BLOCK_ENTRIES; size < run.entries(); size *= settings.fanout()) {
            sizeClass++;
        }
        return sizeClass;
    }
}
