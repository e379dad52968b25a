package io.ternmq.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * One of the methods of a class that is a {@link MessageListener}: it takes the messages of its tags. The listener subscribes
 * to what its methods take together. A message that none of them takes becomes a dead letter.
 *
 * <p>Several methods may take the same tags, or all of them none, if their payloads are of different types: then the type that the sender names in the
 * message decides ({@code ternmq.conversion.*}: an id, or the class name), and of several that fit the nearest superclass or interface. What names
 * no type, or one that no method is for, goes to the method that leaves the type open, by a payload that is {@code Object}, {@code String}, {@code byte[]},
 * a {@code Map} or missing.
 *
 * <pre>{@code
 * @MessageListener(topics = "orders", group = "billing")
 * class Billing {
 *     @TagHandler void created(OrderCreated event) { ... }
 *     @TagHandler void paid(OrderPaid event) { ... }
 *     @TagHandler void other(Message<?> message) { ... }
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Reflective(ListenerMethodHints.class)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface TagHandler {

    /** The same as {@link #tags()}. */
    @AliasFor("tags")
    String[] value() default {};

    /** The tags; none for all messages whose tags no other method of the class takes. */
    @AliasFor("value")
    String[] tags() default {};

    /** The topic, of a listener of several topics; all of them by default. */
    String topic() default "";
}
