package io.ternmq.client;

/** What a {@link MessageOrderListener} made of a message. */
public enum OrderAction {
    /** Handled; the next message of the queue follows. */
    Success,
    /** Not handled; the queue is suspended for a while, and then the same message comes again. */
    Suspend
}
