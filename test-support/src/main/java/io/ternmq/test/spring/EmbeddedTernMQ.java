package io.ternmq.test.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a test class with an application context a broker of its own, empty at first and gone at the end. The application connects to it, the
 * test may have it injected:
 *
 * <pre>{@code
 * @SpringBootTest
 * @EmbeddedTernMQ
 * class PaymentTest {
 *     @Autowired EmbeddedBroker broker;
 *     @Autowired Shop shop;
 *
 *     @Test
 *     void pays() {
 *         shop.order("A1");
 *
 *         broker.group("payment").awaitConsumed();
 *         assertThat(broker.published("orders").withTag("pay").now()).hasSize(1);
 *     }
 * }
 * }</pre>
 *
 * Goes with {@code @SpringBootTest}, the slices of Spring Boot, and {@code @ContextConfiguration}; also as a meta-annotation.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface EmbeddedTernMQ {

    /**
     * Whether the class has a broker and a context of its own, which are closed after it. Otherwise it shares them with all classes that have the
     * same configuration, which saves the start of the context, and finds what those have left in the topics.
     */
    boolean fresh() default true;

    /** The properties that are set to the broker's address. A cluster with a name has one such as {@code ternmq.clusters.audit.name-server}. */
    String[] addressProperties() default "ternmq.name-server";

    /** Whether the first message to a topic creates it. */
    boolean autoCreateTopics() default true;
}
