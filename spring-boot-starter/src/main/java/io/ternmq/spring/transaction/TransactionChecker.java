package io.ternmq.spring.transaction;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tells which transactions a {@link io.ternmq.client.LocalTransactionChecker} bean answers for, on its class or its bean method. An
 * application has as many checkers as it needs. Of those that fit a message the one that names its topic is asked, else one that
 * names the producer's group, else one that names neither, such as a checker without this annotation, and if there is none at
 * all, the records in the application's database.
 *
 * <pre>{@code
 * @Component
 * @TransactionChecker(topics = "payments")
 * class PaymentChecker implements LocalTransactionChecker {
 *     ...
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface TransactionChecker {

    /** The topics whose messages it checks; may contain placeholders. None: those of any topic. */
    String[] topics() default {};

    /** The producer groups whose messages it checks; may contain placeholders. None: those of any group. */
    String[] groups() default {};
}
