package io.ternmq.spring.listener;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Thrown by a batch listener that failed on some of its messages: these are treated as if each had failed with its own exception, the others are done.
 *
 * <pre>{@code
 * throw new BatchFailedException(3, e);          // the fourth message; messages before and behind it are done
 * throw BatchFailedException.from(3, 32, e);     // the fourth and all behind it, which were not tried
 * }</pre>
 */
public final class BatchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Map<Integer, Throwable> failures;

    /** One message failed. */
    public BatchFailedException(int index, Throwable cause) {
        this(Map.of(index, cause));
    }

    /**
     * Several messages failed.
     *
     * @param failures what went wrong, by index in the list that the listener was given; at least one
     */
    public BatchFailedException(Map<Integer, ? extends Throwable> failures) {
        super("messages of a batch failed: indexes=" + failures.keySet(), first(failures));
        this.failures = new LinkedHashMap<>(failures);
    }

    /** The messages from an index on failed, or were not tried any more. */
    public static BatchFailedException from(int index, int size, Throwable cause) {
        Map<Integer, Throwable> failures = new LinkedHashMap<>();
        for (int i = index; i < size; i++) {
            failures.put(i, cause);
        }
        return new BatchFailedException(failures);
    }

    private static Throwable first(Map<Integer, ? extends Throwable> failures) {
        return failures.values().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no failure is given; return normally instead"));
    }

    /** What went wrong, by index. */
    public Map<Integer, Throwable> failures() {
        return Map.copyOf(failures);
    }
}
