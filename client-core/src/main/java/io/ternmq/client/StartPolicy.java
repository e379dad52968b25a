package io.ternmq.client;

/** What a producer or consumer does that is started while no name server of its cluster can be reached. */
public enum StartPolicy {
    /** It fails at once. */
    FAIL,
    /** It tries again until the start timeout has passed, and fails then. */
    WAIT,
    /**
     * It goes on without. It tries to connect every second, and then sends or consumes as if it had just been started. Until then sends fail. What is no
     * absence fails all the same: a peer that does not speak the protocol, a certificate that is not trusted, a refusal.
     */
    BACKGROUND
}
