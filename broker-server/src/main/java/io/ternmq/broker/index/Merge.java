package io.ternmq.broker.index;

import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes one run of several neighbours, some entries at a time. Between two steps it holds no file open. For one thread. */
final class Merge {
    private final Files files;
    private final Path directory;
    private final List<Run> inputs;
    private final RunWriter output;
    /** Number of the next entry of each input. */
    private final long[] positions;

    Merge(Files files, Path directory, List<Run> inputs, long outputId) {
        this.files = files;
        this.directory = directory;
        this.inputs = List.copyOf(inputs);
        this.output = new RunWriter(files, directory, outputId);
        this.positions = new long[inputs.size()];
    }

    List<Run> inputs() {
        return inputs;
    }

    Path outputPath() {
        return output.path();
    }

    /** Moves about this many entries, without those that no longer count; true if those were the last. */
    boolean step(long entries, long majorsFrom, long minorsFrom) throws IOException {
        List<RunCursor> cursors = new ArrayList<>();
        try {
            for (int i = 0; i < positions.length; i++) {
                cursors.add(RunCursor.ascending(files, directory, inputs.get(i), positions[i]));
            }
            MergingCursor merged = MergingCursor.of(cursors, true);
            for (long moved = 0; merged.exists() && moved < entries; moved++) {
                if (merged.major() >= majorsFrom && merged.minor() >= minorsFrom) {
                    output.add(merged.major(), merged.minor(), merged.value());
                }
                merged.advance();
            }
            for (int i = 0; i < positions.length; i++) {
                positions[i] = cursors.get(i).position();
            }
            return !merged.exists();
        } finally {
            for (Cursor cursor : cursors) {
                cursor.close();
            }
        }
    }

    /** The run that takes the place of the inputs, durable but for its name; none if no entry counts any more. */
    List<Run> finish() throws IOException {
        return output.isEmpty() ? List.of() : List.of(output.finish());
    }
}
