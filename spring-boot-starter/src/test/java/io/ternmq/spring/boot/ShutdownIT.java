package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/** Applications that close while they have work in hand. */
@Timeout(120)
class ShutdownIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TernMQAutoConfiguration.class)
    static class Application {}

    static class Slow {

        final List<String> begun = new CopyOnWriteArrayList<>();
        final List<String> done = new CopyOnWriteArrayList<>();
        final CountDownLatch goOn = new CountDownLatch(1);

        @MessageListener(topics = "orders", group = "slow", consumeFrom = "earliest", concurrency = "1")
        void listen(String text) throws InterruptedException {
            begun.add(text);
            if (goOn.await(60, TimeUnit.SECONDS)) {
                done.add(text);
            }
        }
    }

    @Test
    void finishesWhatIsInHandCommitsItAndLeavesTheRest() {
        Slow first = new Slow();
        ConfigurableApplicationContext context = open(first);
        MessageTemplate messages = context.getBean(MessageTemplate.class);
        for (int i = 0; i < 5; i++) {
            // One queue, so that progress has an order.
            messages.destination("orders").shardingKey("one").send("order " + i);
        }
        await().atMost(PATIENCE).until(() -> !first.begun.isEmpty());

        CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
        await().atMost(PATIENCE).during(Duration.ofMillis(300)).until(() -> !closing.isDone());
        first.goOn.countDown();
        assertThat(closing).succeedsWithin(PATIENCE);

        assertThat(first.done).isNotEmpty().isEqualTo(first.begun);
        Slow second = new Slow();
        second.goOn.countDown();
        try (ConfigurableApplicationContext again = open(second)) {
            assertThat(again.isActive()).isTrue();
            broker.group("slow").awaitConsumed();
        }
        assertThat(second.done).doesNotContainAnyElementsOf(first.done).hasSize(5 - first.done.size());
    }

    @Test
    void doesNotHangWhenTheBrokerHasGone() {
        Slow slow = new Slow();
        slow.goOn.countDown();
        // Whoever waited for an answer, or for the listener, would wait for minutes.
        ConfigurableApplicationContext context = open(
                slow,
                "ternmq.request-timeout=10m",
                "ternmq.listener.shutdown-timeout=10m",
                "spring.lifecycle.timeout-per-shutdown-phase=10m");
        context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
        await().atMost(PATIENCE).until(() -> !slow.done.isEmpty());

        broker.stop();
        long began = System.nanoTime();
        context.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                .map(Thread::getName)
                                .filter(name -> name.startsWith("ternmq-client")))
                        .isEmpty());
    }

    /** Has a last word. */
    static class Farewell implements AutoCloseable {

        private final MessageTemplate messages;

        Farewell(MessageTemplate messages) {
            this.messages = messages;
        }

        @Override
        public void close() {
            messages.convertAndSend("farewells", "goodbye");
        }
    }

    @Test
    void letsBeansSendByATemplateWhileTheyAreDestroyed() {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class, Farewell.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties("ternmq.name-server=" + broker.address())
                .run();
        await().atMost(PATIENCE).until(() -> context.getBeanFactory().containsSingleton(ProducerStarter.PRODUCER));

        context.close();

        assertThat(broker.published("farewells").now()).hasSize(1);
    }

    @Test
    void letsBeansSendByTheTemplateOfAClusterWhileTheyAreDestroyed() {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Clustered.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(
                        "ternmq.name-server=" + broker.address(),
                        "ternmq.instance-name=here",
                        "ternmq.clusters.eu.name-server=" + broker.address())
                .run();
        await().atMost(PATIENCE)
                .until(() -> context.getBeanFactory().containsSingleton(ProducerStarter.PRODUCER + ".eu"));

        context.close();

        assertThat(broker.published("farewells").now()).hasSize(1);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({TernMQAutoConfiguration.class, TernMQClustersAutoConfiguration.class})
    static class Clustered {

        @Bean
        Farewell farewell(@Qualifier("eu") MessageTemplate messages) {
            return new Farewell(messages);
        }
    }

    private ConfigurableApplicationContext open(Slow listener, String... properties) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties("ternmq.name-server=" + broker.address(), "ternmq.request-timeout=2s")
                .properties(properties)
                .initializers(created -> ((GenericApplicationContext) created).registerBean(Slow.class, () -> listener))
                .run();
    }
}
