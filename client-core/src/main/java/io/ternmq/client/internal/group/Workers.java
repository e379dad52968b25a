package io.ternmq.client.internal.group;

/** Where a consumer has the threads from on which its listeners are called. Safe for any thread; nothing here blocks. */
public interface Workers {

    /**
     * Runs a worker on a thread.
     *
     * @param first whether the consumer has no other worker; such a one is never refused
     * @return false if there is no thread for it now
     * @throws RuntimeException or an error, if no thread can be made
     */
    boolean start(boolean first, Runnable worker);

    /**
     * After a worker was refused, to be told when it may be worth to try again.
     *
     * @param tryAgain called on any thread, perhaps on the calling one; must not block
     */
    void tellWhenFree(Runnable tryAgain);

    /** Whether another consumer waits for a thread, so that one with several should give one up now and then. */
    boolean isWanted();

    /** No worker is started any more; those that run are not disturbed. */
    void close();
}
