package io.ternmq.interop.soak;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What was sent to one topic: messages have numbers, and text that begins with them. A message whose send failed may be delivered or not. Thread safe.
 */
final class Account {
    private final String topic;
    private final BitSet acknowledged = new BitSet();
    private final BitSet forbidden = new BitSet();
    private final List<Receipts> receipts = new ArrayList<>();
    private int next;

    Account(String topic) {
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    /** Takes the number of a message that is about to be sent. */
    synchronized int open() {
        return next++;
    }

    /** The broker has promised to deliver the message. */
    synchronized void acknowledge(int number) {
        acknowledged.set(number);
    }

    /** The message must not be seen by anybody, whatever the sender is told. */
    synchronized void forbid(int number) {
        forbidden.set(number);
    }

    /** The numbers that were promised so far and that {@code wanted} accepts. */
    synchronized BitSet promised(IntPredicate wanted) {
        BitSet promised = new BitSet();
        acknowledged.stream().filter(wanted).forEach(promised::set);
        promised.andNot(forbidden);
        return promised;
    }

    /** The numbers that nobody may be given, of those that {@code wanted} accepts; and all that it does not accept. */
    synchronized BitSet unwanted(IntPredicate wanted) {
        BitSet unwanted = (BitSet) forbidden.clone();
        for (int number = 0; number < next; number++) {
            if (!wanted.test(number)) {
                unwanted.set(number);
            }
        }
        return unwanted;
    }

    /** A group, or a member of one that broadcasts, that gets those of the messages that {@code wanted} accepts. */
    synchronized Receipts receiver(String name, IntPredicate wanted) {
        Receipts added = new Receipts(name, this, wanted);
        receipts.add(added);
        return added;
    }

    synchronized List<Receipts> receipts() {
        return List.copyOf(receipts);
    }

    @Override
    public synchronized String toString() {
        return topic + ": sent=" + next + ", acknowledged=" + acknowledged.cardinality() + ", forbidden="
                + forbidden.cardinality();
    }
}
