package io.ternmq.broker.index;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which runs an index consists of. Its text has a line {@code name=value} for each number, and for each run, oldest first,
 * {@code run=id entries minMajor maxMajor minMinor maxMinor}.
 *
 * @param position all that follows from records before this log offset is in the runs; 0 if the index must be rebuilt
 * @param nextId id of the next run
 * @param majorsFrom entries of smaller majors do not count
 * @param minorsFrom entries of smaller minors do not count
 * @param runs in the order of the log
 */
record Manifest(long position, long nextId, long majorsFrom, long minorsFrom, List<Run> runs) {
    /** Of an index that never was. */
    static final Manifest EMPTY = new Manifest(0, 1, Long.MIN_VALUE, Long.MIN_VALUE, List.of());

    boolean names(Path directory, Path file) {
        return runs.stream().anyMatch(run -> run.in(directory).equals(file));
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(128 + runs.size() * 100);
        text.append("position=").append(position).append('\n');
        text.append("nextId=").append(nextId).append('\n');
        text.append("majorsFrom=").append(majorsFrom).append('\n');
        text.append("minorsFrom=").append(minorsFrom).append('\n');
        for (Run run : runs) {
            text.append("run=").append(run.id()).append(' ').append(run.entries());
            text.append(' ').append(run.minMajor()).append(' ').append(run.maxMajor());
            text.append(' ').append(run.minMinor()).append(' ').append(run.maxMinor());
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static Manifest decode(byte[] content) throws IOException {
        long position = 0;
        long nextId = 1;
        long majorsFrom = Long.MIN_VALUE;
        long minorsFrom = Long.MIN_VALUE;
        List<Run> runs = new ArrayList<>();
        try {
            for (String line :
                    new String(content, StandardCharsets.US_ASCII).lines().toList()) {
                int equals = line.indexOf('=');
                String value = line.substring(equals + 1);
                switch (line.substring(0, equals)) {
                    case "position" -> position = Long.parseLong(value);
                    case "nextId" -> nextId = Long.parseLong(value);
                    case "majorsFrom" -> majorsFrom = Long.parseLong(value);
                    case "minorsFrom" -> minorsFrom = Long.parseLong(value);
                    case "run" -> runs.add(run(value.split(" ", -1)));
                    default -> throw new IOException("manifest of an index has an unknown line: line=" + line);
                }
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("manifest of an index cannot be read: reason=" + e.getMessage(), e);
        }
        return new Manifest(position, nextId, majorsFrom, minorsFrom, List.copyOf(runs));
    }

    private static Run run(String[] numbers) {
        return new Run(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3]),
                Long.parseLong(numbers[4]),
                Long.parseLong(numbers[5]));
    }
}
