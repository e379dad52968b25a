package io.ternmq.broker.index;

/** Is shown entries of an index, one after the other, on the thread that reads. */
@FunctionalInterface
public interface EntryVisitor {
    /** Takes one entry; false if no more are wanted. */
    boolean visit(long major, long minor, long value);
}
