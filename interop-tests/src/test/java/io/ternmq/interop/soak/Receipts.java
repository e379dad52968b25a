package io.ternmq.interop.soak;

import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/** What one group was given of a topic. Thread safe. */
final class Receipts {
    private static final int EXAMPLES = 20;

    private final String name;
    private final Account account;
    private final IntPredicate wanted;
    private final BitSet seen = new BitSet();
    private int deliveries;

    Receipts(String name, Account account, IntPredicate wanted) {
        this.name = name;
        this.account = account;
        this.wanted = wanted;
    }

    String name() {
        return name;
    }

    synchronized void accept(int number) {
        seen.set(number);
        deliveries++;
    }

    /** Some of the messages that were promised and have not come. */
    synchronized List<Integer> missing() {
        BitSet missing = account.promised(wanted);
        missing.andNot(seen);
        return missing.stream().limit(EXAMPLES).boxed().toList();
    }

    /** Some of the messages that have come and should not: rolled back, or excluded by the group's filter. */
    synchronized List<Integer> unwanted() {
        BitSet unwanted = account.unwanted(wanted);
        unwanted.and(seen);
        return unwanted.stream().limit(EXAMPLES).boxed().toList();
    }

    @Override
    public synchronized String toString() {
        return name + ": messages=" + seen.cardinality() + ", deliveries=" + deliveries + ", missing=" + missing()
                + ", unwanted=" + unwanted();
    }
}
