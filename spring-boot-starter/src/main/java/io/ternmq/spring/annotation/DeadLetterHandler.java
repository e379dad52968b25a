package io.ternmq.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Makes a bean's method the listener of the dead letters of a consumer group. It may ask for what a {@link MessageListener}
 * method may; {@link io.ternmq.spring.support.TernMQHeaders#ORIGINAL_TOPIC} is where the message was sent to, {@link
 * io.ternmq.spring.support.TernMQHeaders#DEAD_LETTER_REASON} why it died. It begins with the oldest letter, and letters that it
 * has handled stay where they are until the broker's retention takes them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Reflective(ListenerMethodHints.class)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface DeadLetterHandler {

    /** The group whose dead letters are wanted. */
    String group();

    /** The group that consumes them; {@code <group>-dead-letters} by default. */
    String consumerGroup() default "";

    /** How many letters the method handles at the same time. */
    String concurrency() default "1";

    /**
     * How often a letter may have failed in all before it becomes a dead letter of {@link #consumerGroup()}. Brokers go on counting where {@link #group()} has given
     * up, so that a letter that has failed 16 times there comes back only if this is more than 16.
     */
    String maxReconsumeTimes() default "";

    /** When a letter comes back after which exceptions of this method. The failures in {@link #group()} count here too. */
    Retry[] retry() default {};

    /** The name of a {@link io.ternmq.spring.listener.ListenerErrorHandler} bean for this listener. */
    String errorHandler() default "";

    /** Who the listener is in logs and the registry; {@code <bean name>.<method name>} by default. */
    String id() default "";

    /** Whether it starts with the context; {@code ternmq.listener.auto-startup} by default. */
    String autoStartup() default "";

    /** The cluster of the group, one of {@code ternmq.clusters.*}; the default cluster if empty. */
    String cluster() default "";

    /**
     * The name of the {@link io.ternmq.spring.config.ListenerContainerFactory} bean that makes its container, with settings that are no
     * attributes; instead of {@link #cluster()}.
     */
    String containerFactory() default "";

    /** Listeners of a lower phase start before, and stop after, those of a higher one; 0 by default. */
    String phase() default "";
}
