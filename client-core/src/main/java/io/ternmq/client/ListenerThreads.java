package io.ternmq.client;

/** The kind of threads on which a consumer calls its listeners. */
public enum ListenerThreads {
    /** Platform threads, made as they are needed and given up when idle. */
    PLATFORM,
    /** Virtual threads; needs a JVM of version 21 or later. */
    VIRTUAL
}
