package io.ternmq.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Finds {@link MessageListener} methods on the beans of a context. Spring Boot does this by itself; without it the context
 * needs this annotation on a configuration class, and a {@code ListenerContainerFactory} and a {@code MethodListenerFactory}
 * bean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Import(ListenerConfiguration.class)
public @interface EnableTernMQ {}
