package io.ternmq.test;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks again and again until what it sees is good. */
final class Waiting {

    private static final long PAUSE_NANOS = 5_000_000;

    private Waiting() {}

    static <T> T until(
            Duration patience, Supplier<T> source, Predicate<? super T> good, Function<? super T, String> failure) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            T found = source.get();
            if (good.test(found)) {
                return found;
            }
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                throw new AssertionError(failure.apply(found));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
