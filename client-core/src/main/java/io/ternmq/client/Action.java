package io.ternmq.client;

/** What a {@link MessageListener} made of a message. */
public enum Action {
    /** Handled; the message is not delivered to this group again. */
    CommitMessage,
    /** Not handled; the message comes back later, after a growing delay, and at last goes to the dead letters. */
    ReconsumeLater
}
