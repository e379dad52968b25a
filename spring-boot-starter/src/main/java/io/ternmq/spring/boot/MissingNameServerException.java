package io.ternmq.spring.boot;

/** There is neither an address to connect to nor a broker to embed. */
final class MissingNameServerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final boolean embeddingAllowed;

    MissingNameServerException(boolean embeddingAllowed) {
        super("no broker: ternmq.name-server is not set and the embedded broker is "
                + (embeddingAllowed ? "not on the class path" : "disabled (ternmq.embedded.enabled=false)"));
        this.embeddingAllowed = embeddingAllowed;
    }

    /** Whether the embedded broker would have been used, if it were there. */
    boolean embeddingAllowed() {
        return embeddingAllowed;
    }
}
