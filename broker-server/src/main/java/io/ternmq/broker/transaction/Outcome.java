package io.ternmq.broker.transaction;

/** How a half message has ended. The numbers are minors of the index and must stay. */
enum Outcome {
    /** Delivered. */
    COMMITTED(1, "committed"),
    /** Dropped by its producer. */
    ROLLED_BACK(2, "rolled back"),
    /** Moved to the topic of those that were checked too often. */
    GIVEN_UP(3, "given up after too many checks"),
    /** Appended anew because the log ended before it. */
    RENEWED(4, "moved");

    private final long number;
    private final String words;

    Outcome(long number, String words) {
        this.number = number;
        this.words = words;
    }

    long number() {
        return number;
    }

    /** For messages to people: "has been …". */
    String words() {
        return words;
    }

    static Outcome of(long number) {
        return values()[(int) number - 1];
    }
}
