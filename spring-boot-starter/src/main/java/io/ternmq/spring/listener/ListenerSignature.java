package io.ternmq.spring.listener;

import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * A method as a listener calls it, seen before the first message comes.
 *
 * @param method the method
 * @param kind how it is called
 */
public record ListenerSignature(Method method, ListenerKind kind) {

    /** Whether what it does may go on, on other threads, after it has returned: a future, a {@code Mono}, a suspend function. */
    public boolean isAsynchronous() {
        return Awaiting.isAsync(method.getReturnType())
                || Arrays.stream(method.getParameterTypes()).anyMatch(Arguments::isContinuation);
    }

    /** Whether it says by an acknowledgement what becomes of messages, whenever it likes. */
    public boolean isAcknowledging() {
        return Arrays.stream(method.getParameterTypes())
                .anyMatch(type -> type == Acknowledgement.class || type == BatchAcknowledgement.class);
    }
}
