package io.ternmq.spring.listener;

/** How a listener is called. */
public enum ListenerKind {
    /** For each message, by several threads at once. */
    CONCURRENT,
    /** For each message, those of one queue one after the other in their order. */
    ORDERED,
    /** For several messages of a topic at once. */
    BATCH
}
