package io.ternmq.stream.properties;

/** What becomes of a message when the attempts inside the application are used up and nobody else has handled the error. */
public enum FailurePolicy {
    /**
     * The broker delivers it again, after a growing delay, and makes it a dead letter of the group at last; in order, its queue waits and the same message comes
     * again.
     */
    RETRY,
    /** It is sent to the dead-letter topic, with the reason in its headers, and counts as done when it is stored there. */
    DEAD_LETTER,
    /** It is logged and counts as done. */
    DISCARD,
    /** The binding stops. The message is not done, and comes again when the binding is started. */
    STOP
}
