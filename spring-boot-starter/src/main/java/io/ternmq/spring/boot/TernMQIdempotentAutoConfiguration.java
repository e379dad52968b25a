package io.ternmq.spring.boot;

import io.ternmq.client.MQFactory;
import io.ternmq.spring.idempotent.Idempotent;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.listener.ListenerSignature;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Auto-configuration for applications in which nothing carries {@link Idempotent} out, because they have no database: a listener that relies
 * on it does not start there, rather than have its effects twice.
 */
@AutoConfiguration(after = TernMQTransactionAutoConfiguration.class)
@ConditionalOnClass(MQFactory.class)
@ConditionalOnMissingBean(type = "io.ternmq.spring.idempotent.IdempotentInterceptor")
public final class TernMQIdempotentAutoConfiguration {

    TernMQIdempotentAutoConfiguration() {}

    @Bean
    ListenerInterceptor ternMQIdempotentRefusal() {
        return new Refusal();
    }

    private static final class Refusal implements ListenerInterceptor {

        @Override
        public void check(ListenerSignature signature) {
            if (AnnotatedElementUtils.hasAnnotation(signature.method(), Idempotent.class)) {
                throw new IllegalListenerException(
                        signature.method(),
                        "@Idempotent records messages in a database, and the application has no single DataSource with"
                                + " a transaction manager",
                        "add spring-boot-starter-jdbc and set spring.datasource.url, mark one of several as @Primary,"
                                + " or leave the annotation out");
            }
        }

        @Override
        public @Nullable Object around(ListenerCall call, Next next) throws Exception {
            return next.proceed();
        }
    }
}
