package io.ternmq.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says when a message comes again after certain exceptions; of several rules of a listener the one counts that names the
 * nearest superclass. The broker waits, not the application, and so a delay outlives a restart. But in order the queue waits in the application, at most 30 seconds, because nothing
 * of it may overtake: after a restart, or with another member, the message comes at once, as if it had never failed.
 *
 * <pre>{@code
 * @MessageListener(topics = "orders", group = "payment", retry = {
 *     @Retry(on = IOException.class, delays = {"5s", "1m", "10m"}),
 *     @Retry(on = InvalidOrderException.class, times = "0")})
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Retry {

    /**
     * The exceptions, with their subclasses. A rule for {@code Exception}, {@code RuntimeException} or {@code Throwable} is not for messages that can never
     * be handled, as with a payload that cannot be read: those are dead letters at once, unless a rule names their exception more closely.
     */
    Class<? extends Throwable>[] on() default Exception.class;

    /**
     * The delay after the first failure, the second, and so on; the last one is for all further ones. As {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}
     * or {@code PT10S}. None leaves it to the broker, whose delay grows.
     */
    String[] delays() default {};

    /** How often the message comes again at most, before it becomes a dead letter; 0 for never. */
    String times() default "";
}
