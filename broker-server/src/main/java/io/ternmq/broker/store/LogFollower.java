package io.ternmq.broker.store;

import java.io.IOException;

/**
 * State that is derived from the log, besides the consume queues: an index, what is parked for later. The store shows it every
 * committed record; after a crash it shows again those from the checkpoint on, so the same record may be shown twice, and showing it
 * twice must change nothing.
 *
 * <p>A follower is made, and has read what it saved, before the store is opened.
 */
public interface LogFollower {
    /**
     * A record is committed. Called in log order by one thread at a time, on the way of every message: must neither block nor
     * throw.
     */
    void follow(CommittedRecord record);

    /**
     * Makes durable what follows from the records before {@code position}, and nothing that follows from later ones: a power cut
     * may still take those back. Comes from one thread, while {@link #follow} goes on.
     *
     * @throws IOException if it is not durable; then the checkpoint stays where it is, and this is tried again
     */
    void save(long position) throws IOException;

    /**
     * Everything that follows from the records before this log offset is on disk. Asked at a start: if it is less than the checkpoint,
     * because the follower is new here or its files were damaged or deleted, it is shown the log from there on. {@link Long#MAX_VALUE}
     * for one that keeps nothing on disk and wants nothing back.
     */
    long savedUpTo();

    /** The log has nothing before {@code logStart} any more. From the same thread as {@link #save}. */
    void expire(long logStart) throws IOException;

    /**
     * Asked before the log is deleted up to {@code logOffset}: whether no record before it is needed any more. If some are, they
     * are to be appended anew, and the answer is no until that is committed. From the same thread as {@link #save}.
     */
    default boolean releases(long logOffset) {
        return true;
    }
}
