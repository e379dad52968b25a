package io.ternmq.benchmarks.scale;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Prints one figure a line, and takes those of this process and of directories. */
final class Report {
    private static final int COLLECTIONS = 5;

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    void line(String name, String format, Object... values) {
        out.printf(Locale.ROOT, "%-58s %s%n", name, String.format(Locale.ROOT, format, values));
        out.flush();
    }

    /** Heap in use after collection. */
    static double usedHeapMib() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0 / 1024.0;
    }

    static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    static long bytes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    static void delete(Path base) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(base)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
