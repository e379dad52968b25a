package io.ternmq.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes a bean's method the listener of a consumer group: it is called for each message of the topics, by several threads
 * at once. May be repeated, and used as a meta-annotation. On a class it makes one listener of the methods that are marked with
 * {@link TagHandler}, or of a bean that implements one of the client's listener interfaces.
 *
 * <p>The method asks for what it needs: the payload, as {@code String}, {@code byte[]} or any type that the application's
 * JSON mapper can read, validated if marked with {@code @Valid} or {@code @Validated}; {@code @Header("name")}, {@code @Headers Map<String,
 * Object>}; {@code org.springframework.messaging.Message<T>}; {@code io.ternmq.client.Message}; {@code
 * io.ternmq.client.ConsumeContext}, or {@code ConsumeOrderContext} in order; an {@link
 * io.ternmq.spring.listener.Acknowledgement}. With {@link #batchSize()} it asks for a {@code List} of payloads or messages. The
 * names of the protocol's own headers are in {@link io.ternmq.spring.support.TernMQHeaders}. Parameters of the application's own are found by its beans of type {@code
 * org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver}.
 *
 * <p>When it returns, the message is done, unless it returns {@code Action.ReconsumeLater}, {@code OrderAction.Suspend} or a {@code
 * ConsumeOutcome}; of a batch it may return one for each message. A {@code CompletionStage}, a {@code Mono} and a suspend function count when they are
 * complete. Any other value goes to the destination of {@code @SendTo} on the method or its class, or to whoever waits for a reply. In {@code
 * @SendTo("!{...}")} the destination is found out for each result, by an expression that knows a {@link io.ternmq.spring.listener.ListenerResult}.
 *
 * <p>When it throws, the message comes back later, as {@link #retry()} says or after a growing delay, and at last goes to the
 * dead letters. What can never succeed, such as a payload that cannot be read or is not valid, goes there at once. A {@link
 * io.ternmq.spring.listener.DeadLetterException} or {@link io.ternmq.spring.listener.RetryAfterException} says itself what is to be.
 *
 * <p>All attributes may hold placeholders ({@code ${...}}) and expressions ({@code #{...}}), in which {@code __listener} is the bean itself: one
 * class may so be several beans that listen to topics of their own, {@code topics = "#{__listener.topic}"}. An empty one leaves the choice
 * to the {@code ternmq.consumer.*} properties.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Reflective(ListenerMethodHints.class)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(MessageListeners.class)
public @interface MessageListener {

    /** The same as {@link #topics()}. */
    @AliasFor("topics")
    String[] value() default {};

    /**
     * The topics to subscribe to; at least one. An expression may give a collection. A topic may have its own tags: {@code orders:create||pay}.
     */
    @AliasFor("value")
    String[] topics() default {};

    /** The messages wanted: {@code *} for all, or tags separated by {@code ||}. */
    String tags() default "";

    /** The messages wanted by their properties: a condition in SQL92 such as {@code region = 'hangzhou' AND price > 10}; instead of tags. */
    String selector() default "";

    /** The consumer group; each listener has its own. {@code ternmq.consumer.group} by default. */
    String group() default "";

    /** {@code clustering}: one member of the group gets a message. {@code broadcasting}: every member does. */
    String messageModel() default "";

    /** {@code pull}: each queue is one member's. {@code pop}: messages are leased one by one, to more members than queues. */
    String consumeMode() default "";

    /** Where a new group begins: {@code latest}, {@code earliest}, or a point in time ({@code 2026-01-31T08:00:00Z}). */
    String consumeFrom() default "";

    /** {@code true} to handle the messages of a queue, and so of a sharding key, one after the other; a failure holds the queue up. */
    String ordered() default "";

    /** If it is set, the method gets a list of up to so many messages: what is at hand, 1 to 1024. */
    String batchSize() default "";

    /** How many calls run at the same time. */
    String concurrency() default "";

    /**
     * How often a failed message comes back before it becomes a dead letter; by default {@code ternmq.consumer.max-reconsume-times}, and without
     * that 16 times, in order without limit. {@code -1} leaves it to the kind of listener whatever the property says.
     */
    String maxReconsumeTimes() default "";

    /** When a message comes back after which exceptions. */
    Retry[] retry() default {};

    /** The name of a {@link io.ternmq.spring.listener.ListenerErrorHandler} bean for this listener. */
    String errorHandler() default "";

    /**
     * Whether a collection that goes to the destination of {@code @SendTo} is sent element by element, each as a message of its own: {@code true}
     * by default. With {@code false} it is one message. What goes to whoever waits for a reply always is.
     */
    String splitResult() default "";

    /**
     * {@code true} to answer a request whose call fails with the exception's name and text, by which {@code MessageTemplate.sendAndReceive} fails at once instead of
     * waiting for its timeout. Such a message is done, neither retried nor a dead letter: whoever has asked decides. Requesters that do not know this get a
     * reply with a user property {@code replyException}. Messages that are no requests fail as ever; so do requests whose result has been sent when an interceptor fails, such
     * as a transaction that cannot commit, and those that come again, because nobody may wait for their answer any more.
     */
    String returnExceptions() default "";

    /** Who the listener is in logs and the registry; {@code <bean name>.<method name>} by default. */
    String id() default "";

    /** The cluster it listens to: a name of {@code ternmq.clusters.*}; that of {@code ternmq.*} itself by default. */
    String cluster() default "";

    /**
     * The name of the {@link io.ternmq.spring.config.ListenerContainerFactory} bean that makes its container, with settings that are no
     * attributes; instead of {@link #cluster()}.
     */
    String containerFactory() default "";

    /** Whether it starts with the context; {@code ternmq.listener.auto-startup} by default. */
    String autoStartup() default "";

    /** Listeners of a lower phase start before, and stop after, those of a higher one; 0 by default. */
    String phase() default "";
}
