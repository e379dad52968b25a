package io.ternmq.spring.idempotent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a {@code @MessageListener} method have its effect once for each message. The method runs in a database transaction, begun for it,
 * in which the message is recorded too (table {@code TERNMQ_HANDLED}): both stay or neither does. A message that its group has recorded
 * is not handed to the method again; one that is just being handled elsewhere waits for that to end.
 *
 * <p>What the method does outside of that transaction (other systems, a {@code REQUIRES_NEW} transaction, another thread) is not
 * covered. For listeners that take one message at a time and return when they are done; others are refused at start, and so is the
 * annotation in an application that has no database to record messages in. Messages are told apart within their consumer
 * group, topic and tag.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface Idempotent {

    /**
     * What tells one message from another, as a SpEL expression over {@link MessageView}, such as {@code headers['orderId']} or {@code
     * json['payment']['id']}. By default the message's key if it has one, else its id. Mind that a default key must be different for messages
     * that are different: two events of one order that both have its number as key, and the same tag, are taken for one, and the second is skipped. The id is the same
     * only for deliveries of one send, {@code key = "id"}.
     */
    String key() default "";
}
