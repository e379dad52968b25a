package io.ternmq.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/** Several {@link MessageListener}s on one method or class. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Reflective(ListenerMethodHints.class)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface MessageListeners {

    /** The listeners. */
    MessageListener[] value();
}
