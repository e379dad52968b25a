package io.ternmq.spring.core;

/**
 * The listener that was asked by {@link MessageTemplate#sendAndReceive} has failed, and returns its exceptions. The exception itself stays where it was: only its name
 * and text have come, and no class is loaded by that name.
 */
public final class RemoteListenerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String type;
    private final String text;

    RemoteListenerException(String type, String text) {
        super("the listener that was asked has failed: exception=" + type + ", text=" + text
                + "; its log has the whole of it");
        this.type = type;
        this.text = text;
    }

    /** The class name of the exception. */
    public String type() {
        return type;
    }

    /** The text of the exception; its class name if it has none. */
    public String text() {
        return text;
    }
}
