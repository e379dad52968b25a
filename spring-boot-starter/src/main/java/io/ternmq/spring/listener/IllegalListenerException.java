package io.ternmq.spring.listener;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A method cannot be a listener as it is declared. Says which, why, and what to change. */
public final class IllegalListenerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String method;
    private final String reason;
    private final String remedy;

    public IllegalListenerException(Method method, String reason, String remedy) {
        this(method.toGenericString(), reason, remedy, null);
    }

    /**
     * Makes the exception.
     *
     * @param method the method, readable
     * @param reason what is wrong with it
     * @param remedy what to change
     */
    public IllegalListenerException(String method, String reason, String remedy, @Nullable Throwable cause) {
        super("illegal listener: method=" + method + ": " + reason + "; " + remedy, cause);
        this.method = method;
        this.reason = reason;
        this.remedy = remedy;
    }

    /** The method, readable. */
    public String method() {
        return method;
    }

    /** What is wrong with it. */
    public String reason() {
        return reason;
    }

    /** What to change. */
    public String remedy() {
        return remedy;
    }
}
