package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Contexts that come and go in one JVM, as DevTools, context refreshes and tests make them, leave nothing behind. */
class RefreshIT {

    private static final int ROUNDS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker broker = new EmbeddedBroker();

    static class Shop {

        @MessageListener(topics = "orders", group = "shop")
        void listen(String text) {}

        @MessageListener(topics = "orders", group = "audit", messageModel = "broadcasting")
        void audit(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TernMQAutoConfiguration.class)
    static class Application {

        @Bean
        Shop shop() {
            return new Shop();
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
        await().atMost(PATIENCE).until(() -> broker.connections() == 0);
        Set<Thread> before = liveThreads();

        for (int i = 0; i < ROUNDS; i++) {
            round();
        }

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(broker.connections()).isZero();
            assertThat(liveThreads().stream()
                            .filter(thread -> !before.contains(thread))
                            .map(Thread::getName))
                    .isEmpty();
        });
    }

    @Test
    void aFailedStartLeavesNothingEither() {
        for (int i = 0; i < ROUNDS; i++) {
            try (ConfigurableApplicationContext first = open(Application.class)) {
                assertThat(catchThrowable(() -> open(LateFailure.class)))
                        .hasRootCauseMessage("fails when all listeners run");
                assertThat(first.isActive()).isTrue();
            }
        }

        await().atMost(PATIENCE).until(() -> broker.connections() == 0);
    }

    private static void round() {
        try (ConfigurableApplicationContext context = open(Application.class)) {
            context.getBean(MessageTemplate.class).convertAndSend("orders", "x");
            broker.group("shop").awaitHandled();
            assertThat(broker.connections()).isPositive();
        }
    }

    private static ConfigurableApplicationContext open(Class<?> application) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties("ternmq.name-server=" + broker.address(), "ternmq.consumer.offset-directory=target/offsets")
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
