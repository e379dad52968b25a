package io.ternmq.spring.listener;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A method that can be called with a delivery. */
interface Callee {

    Object bean();

    Method method();

    /** Calls it; what it returns may arrive later. */
    @Nullable
    Object call(Delivery delivery) throws Exception;

    /** Where its results go, or {@code null} to whoever asked. */
    default @Nullable ResultDestination sendTo() {
        return null;
    }
}
