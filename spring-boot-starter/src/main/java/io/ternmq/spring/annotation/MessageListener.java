package io.ternmq.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes a bean's method the listener of a consumer group: it is called for each message of the topics, by several threads
 * at once. May be used as a meta-annotation.
 *
 * <p>The method asks for what it needs: the payload, as {@code String}, {@code byte[]} or any type that the application's
 * JSON mapper can read; {@code @Header("name")}, {@code @Headers Map<String, Object>}; {@code
 * org.springframework.messaging.Message<T>}; {@code io.ternmq.client.Message}; {@code io.ternmq.client.ConsumeContext}. The
 * names of the protocol's own headers are in {@link io.ternmq.spring.support.TernMQHeaders}.
 *
 * <p>It returns nothing, or an {@code io.ternmq.client.Action}. When it returns nothing the message is done; when it throws,
 * or the payload cannot be read, the message comes back later, after a growing delay, and at last goes to the dead letters.
 *
 * <p>All attributes may hold placeholders ({@code ${...}}) and expressions ({@code #{...}}). An empty one leaves the choice
 * to the {@code ternmq.consumer.*} properties.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface MessageListener {

    /** The same as {@link #topics()}. */
    @AliasFor("topics")
    String[] value() default {};

    /** The topics to subscribe to; at least one. An expression may give a collection. */
    @AliasFor("value")
    String[] topics() default {};

    /** The messages wanted: {@code *} for all, or tags separated by {@code ||}. */
    String tags() default "*";

    /** The consumer group; each listener has its own. {@code ternmq.consumer.group} by default. */
    String group() default "";

    /** {@code clustering}: one member of the group gets a message. {@code broadcasting}: every member does. */
    String messageModel() default "";

    /** Where a new group begins: {@code latest}, {@code earliest}, or a point in time ({@code 2026-01-31T08:00:00Z}). */
    String consumeFrom() default "";

    /** How many messages the method handles at the same time. */
    String concurrency() default "";

    /** How often a failed message comes back before it becomes a dead letter. */
    String maxReconsumeTimes() default "";

    /** Who the listener is in logs and the registry; {@code <bean name>.<method name>} by default. */
    String id() default "";

    /** The cluster it listens to: a name of {@code ternmq.clusters.*}; that of {@code ternmq.*} itself by default. */
    String cluster() default "";

    /** Whether it starts with the context; {@code ternmq.listener.auto-startup} by default. */
    String autoStartup() default "";
}
