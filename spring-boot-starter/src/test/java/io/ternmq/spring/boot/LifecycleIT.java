package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Producer;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.core.MessageTemplate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Coming up, going down, and coming back. */
class LifecycleIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class));

    /**
     * Writes down who was still there when a phase between the listeners and the beans stopped. It looks beans up when it
     * needs them: a lifecycle bean that depends on the listeners would stop before them, whatever its phase.
     */
    static final class Observer implements SmartLifecycle {

        private final BeanFactory beans;
        private final List<String> seen;
        private boolean running;

        Observer(BeanFactory beans, List<String> seen) {
            this.beans = beans;
            this.seen = seen;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            seen.add("stop: listeners=" + beans.getBean(ListenerRegistry.class).isRunning() + ", producer="
                    + beans.getBean(Producer.class).isStarted() + ", broker="
                    + accepts(beans.getBean(TernMQConnectionDetails.class)
                            .getNameServers()
                            .get(0)));
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return ConsumerBean.PHASE - 1;
        }
    }

    /** Depends on the connection, so it is destroyed after the producer and before the embedded broker. */
    static final class LastUser implements AutoCloseable {

        private final String broker;
        private final List<String> seen;

        LastUser(TernMQConnectionDetails connection, List<String> seen) {
            this.broker = connection.getNameServers().get(0);
            this.seen = seen;
        }

        @Override
        public void close() {
            seen.add("destroy: broker=" + accepts(broker));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Observed {

        static final String SEEN = "seen";

        @Bean
        List<String> seen() {
            return new CopyOnWriteArrayList<>();
        }

        @Bean
        Observer observer(BeanFactory beans, List<String> seen) {
            return new Observer(beans, seen);
        }

        @Bean
        LastUser lastUser(TernMQConnectionDetails connection, List<String> seen) {
            return new LastUser(connection, seen);
        }
    }

    static class Shop {

        final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "shop")
        void listen(String text) {
            received.add(text);
        }
    }

    static class Stuck {

        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch never = new CountDownLatch(1);

        /** Does not end by itself, and does not listen to anybody who asks it to. */
        @MessageListener(topics = "orders", group = "stuck")
        void listen(String text) {
            entered.countDown();
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // Still stuck.
                }
            }
        }
    }

    @Test
    void stopsListenersFirstThenTheProducerThenTheBroker() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Producer[] producer = new Producer[1];
        String[] broker = new String[1];

        runner.withUserConfiguration(Observed.class, Shop.class)
                .withAllowBeanDefinitionOverriding(true)
                .withBean(Observed.SEEN, List.class, () -> seen)
                .run(context -> {
                    producer[0] = context.getBean(Producer.class);
                    broker[0] = context.getBean(TernMQConnectionDetails.class)
                            .getNameServers()
                            .get(0);
                });

        assertThat(seen).containsExactly("stop: listeners=false, producer=true, broker=true", "destroy: broker=true");
        assertThat(producer[0].isClosed()).isTrue();
        assertThat(accepts(broker[0])).isFalse();
    }

    @Test
    void leavesNoThreadBehind() {
        runner.withBean(Shop.class).run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(context.getBean(Shop.class).received).containsExactly("A1"));
        });

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(threadsOfOurs()).isEmpty());
    }

    @Test
    void deletesTemporaryDataAndKeepsTheDataOfGivenDirectory(@TempDir Path directory) {
        ApplicationContextRunner persistent = runner.withPropertyValues("ternmq.embedded.data-dir=" + directory);
        persistent.run(context -> context.getBean(MessageTemplate.class).convertAndSend("orders", "from before"));

        assertThat(directory).isNotEmptyDirectory();
        persistent
                .withBean(Shop.class)
                .withPropertyValues("ternmq.consumer.consume-from=earliest")
                .run(context -> await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(context.getBean(Shop.class).received).containsExactly("from before")));
        assertThat(Files.exists(directory)).isTrue();
    }

    @Test
    void consumesAgainAfterTheContextWasStoppedAndStarted() {
        runner.withBean(Shop.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            Shop shop = context.getBean(Shop.class);
            template.convertAndSend("orders", "before");
            await().atMost(PATIENCE).until(() -> shop.received.contains("before"));

            ((org.springframework.context.Lifecycle) context.getSourceApplicationContext()).stop();
            template.convertAndSend("orders", "while stopped");
            ((org.springframework.context.Lifecycle) context.getSourceApplicationContext()).start();
            template.convertAndSend("orders", "after");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(shop.received).contains("before", "while stopped", "after"));
        });
    }

    @Test
    @Timeout(90)
    void closesInBoundedTimeAlthoughListenerIsStuck() {
        Stuck stuck = new Stuck();
        long[] stopBegan = new long[1];
        runner.withBean(Stuck.class, () -> stuck)
                // Whatever else could end it would take minutes.
                .withPropertyValues(
                        "ternmq.listener.shutdown-timeout=500ms",
                        "ternmq.request-timeout=10m",
                        "spring.lifecycle.timeout-per-shutdown-phase=10m")
                .run(context -> {
                    context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
                    assertThat(stuck.entered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                    stopBegan[0] = System.nanoTime();
                });

        assertThat(Duration.ofNanos(System.nanoTime() - stopBegan[0])).isLessThan(Duration.ofSeconds(15));
        stuck.never.countDown();
    }

    private static List<String> threadsOfOurs() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ternmq-"))
                .sorted()
                .toList();
    }

    private static boolean accepts(String address) {
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                    2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
