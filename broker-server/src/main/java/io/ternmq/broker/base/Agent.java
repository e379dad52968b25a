package io.ternmq.broker.base;

/** A named role with a loop: what one thread of the broker does, free of the thread itself, so that a test can turn the crank. */
public interface Agent {
    /** Name of the role and of its thread, such as {@code ternmq-flush}. */
    String name();

    /**
     * Does what is due. Called by one thread at a time.
     *
     * @return how long there will be nothing to do unless woken, in nanoseconds; 0 to be called again at once
     */
    long work();
}
