package io.ternmq.protocol;

/**
 * A request that cannot be served, with the documented code and a text for a person. Whoever handles requests turns it
 * into the response; it carries no stack trace, because it tells of the peer's mistake and not of ours.
 */
public final class CommandException extends Exception {
    private final ResponseCode code;

    /** Creates one for a code with a remark that says what happened and what to do. */
    public CommandException(ResponseCode code, String remark) {
        super(remark, null, false, false);
        this.code = code;
    }

    /** Returns the code to answer with. */
    public ResponseCode code() {
        return code;
    }

    /** Returns the text to answer with. */
    public String remark() {
        return String.valueOf(getMessage());
    }
}
