package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.doctor.ListenerWatch;
import io.ternmq.spring.idempotent.Idempotent;
import io.ternmq.spring.idempotent.IdempotentInterceptor;
import io.ternmq.spring.observation.SendObservations;
import io.ternmq.spring.provisioning.Provisioner;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ClassUtils;

/** Contexts that come and go in one JVM, as DevTools, context refreshes and tests make them, leave nothing behind. */
class RefreshIT {

    private static final int ROUNDS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker broker = new EmbeddedBroker();

    @RegisterExtension
    static final EmbeddedBroker europe = new EmbeddedBroker();

    static class Shop {

        @MessageListener(id = "shop", topics = "orders", group = "shop")
        void listen(String text) {}

        @Idempotent
        @MessageListener(topics = "orders", group = "ledger")
        void book(String text) {}

        @MessageListener(topics = "orders", group = "far", cluster = "eu")
        void listenFarAway(String text) {}

        @MessageListener(topics = "orders", group = "audit", messageModel = "broadcasting")
        void audit(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Everything.class)
    static class Application {

        @Bean
        Shop shop() {
            return new Shop();
        }

        @Bean
        TopicSpec orders() {
            return TopicSpec.of("orders", 4);
        }

        @Bean
        ObservationRegistry observations() {
            return ObservationRegistry.create();
        }

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    /** All that the starter configures, and of Spring Boot what that builds upon. */
    static final class Everything implements DeferredImportSelector {

        @Override
        public String[] selectImports(AnnotationMetadata metadata) {
            ClassLoader loader = RefreshIT.class.getClassLoader();
            List<Class<?>> classes = new ArrayList<>(List.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    DataSourceAutoConfiguration.class,
                    DataSourceTransactionManagerAutoConfiguration.class,
                    TransactionAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class));
            for (String name : ImportCandidates.load(AutoConfiguration.class, loader)) {
                if (name.startsWith("io.ternmq.")) {
                    classes.add(ClassUtils.resolveClassName(name, loader));
                }
            }
            return Arrays.stream(Configurations.getClasses(AutoConfigurations.of(classes.toArray(Class<?>[]::new))))
                    .map(Class::getName)
                    .toArray(String[]::new);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LateFailure extends Application {

        @Bean
        SmartLifecycle failing() {
            return new SmartLifecycle() {
                @Override
                public void start() {
                    throw new IllegalStateException("fails when all listeners run");
                }

                @Override
                public void stop() {}

                @Override
                public boolean isRunning() {
                    return false;
                }

                @Override
                public int getPhase() {
                    return Integer.MAX_VALUE;
                }
            };
        }
    }

    @Test
    void leaveNoThreadAndNoConnection() {
        round();
        await().atMost(PATIENCE).until(() -> broker.connections() + europe.connections() == 0);
        Set<Thread> before = liveThreads();

        for (int i = 0; i < ROUNDS; i++) {
            round();
        }

        awaitNothingBesides(before);
    }

    private static void awaitNothingBesides(Set<Thread> before) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(broker.connections() + europe.connections()).isZero();
            assertThat(liveThreads().stream()
                            .filter(thread -> !before.contains(thread))
                            .map(Thread::getName))
                    .isEmpty();
        });
    }

    @Test
    void aFailedStartLeavesNothingEither() {
        round();
        await().atMost(PATIENCE).until(() -> broker.connections() + europe.connections() == 0);
        Set<Thread> before = liveThreads();

        for (int i = 0; i < ROUNDS; i++) {
            try (ConfigurableApplicationContext first = open(Application.class)) {
                assertThat(catchThrowable(() -> open(LateFailure.class)))
                        .hasRootCauseMessage("fails when all listeners run");
                assertThat(first.isActive()).isTrue();
            }
        }

        awaitNothingBesides(before);
    }

    private static void round() {
        try (ConfigurableApplicationContext context = open(Application.class)) {
            assertThat(context.getBean(Clusters.class).names()).containsExactlyInAnyOrder("default", "eu");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(context.getBean(Provisioner.class).differences())
                                    .isEmpty());
            assertThat(context.getBean(IdempotentInterceptor.class)).isNotNull();
            assertThat(context.getBean(SendObservations.class)).isNotNull();
            context.getBean(MessageTemplate.class).convertAndSend("orders", "x");
            new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                    .executeWithoutResult(transaction ->
                            context.getBean(TransactionMessageTemplate.class).publish("orders", "y"));
            broker.group("shop").awaitHandled();
            broker.group("ledger").awaitHandled();
            await().atMost(PATIENCE).until(() -> europe.connections() > 0);
            await().atMost(PATIENCE)
                    .until(() ->
                            context.getBean(ListenerWatch.class).backlog("shop").isPresent());
            assertThat(broker.connections()).isPositive();
        }
    }

    private static ConfigurableApplicationContext open(Class<?> application) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(
                        "ternmq.name-server=" + broker.address(),
                        "ternmq.producer.send-timeout=30s",
                        "ternmq.consumer.offset-directory=target/offsets",
                        "ternmq.clusters.eu.name-server=" + europe.address(),
                        "ternmq.watch.interval=20ms",
                        "ternmq.transaction.jdbc.cleanup-interval=1s",
                        "ternmq.idempotent.jdbc.cleanup-interval=1s")
                .run();
    }

    /** Those of the broker, of pools that the JVM shares, and of the test framework are there before. */
    private static Set<Thread> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool.commonPool"))
                .filter(thread -> !thread.getName().startsWith("ternmq-request"))
                .filter(thread -> !thread.getName().startsWith("awaitility"))
                .collect(Collectors.toSet());
    }
}
