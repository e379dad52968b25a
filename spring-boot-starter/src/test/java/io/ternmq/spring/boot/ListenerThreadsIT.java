package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Many slow listeners, few threads. */
@Timeout(120)
class ListenerThreadsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LIMIT = 8;
    private static final int LISTENERS = 12;
    private static final int MESSAGES = 20;

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.name-server=" + BROKER.address(),
                    "ternmq.consumer.threads=" + LIMIT,
                    "ternmq.listener.max-threads=" + LIMIT);

    @Test
    void haveFewThreadsTogetherAndEachOfThemOne() {
        Semaphore permits = new Semaphore(0);
        Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        runner.run(context -> {
            MessageTemplate messages = context.getBean(MessageTemplate.class);
            for (int i = 0; i < MESSAGES; i++) {
                messages.convertAndSend("orders", "A" + i);
            }
            ListenerRegistry listeners = context.getBean(ListenerRegistry.class);
            for (int i = 0; i < LISTENERS; i++) {
                String group = "shop-" + i;
                AtomicInteger count = new AtomicInteger();
                listeners.register(ListenerEndpoint.builder(group)
                        .group(group)
                        .topic("orders")
                        .startFrom(StartPosition.earliest())
                        .listener((message, consumeContext) -> {
                            threads.add(Thread.currentThread());
                            handled.put(group, count);
                            permits.acquireUninterruptibly();
                            count.incrementAndGet();
                            return Action.CommitMessage;
                        })
                        .build());
            }

            await("each has a thread").atMost(PATIENCE).until(() -> handled.size() == LISTENERS);
            permits.release(LISTENERS * MESSAGES);
            await("all is handled")
                    .atMost(PATIENCE)
                    .until(() -> handled.values().stream().allMatch(count -> count.get() == MESSAGES));
        });
        assertThat(threads).hasSizeBetween(LISTENERS, LIMIT + LISTENERS - 1);
    }

    static class Greedy {

        @MessageListener(topics = "orders", group = "greedy", concurrency = "9")
        void listen(String text) {}
    }

    @Test
    void refuseOneThatWantsMoreThanAllMayHave() {
        runner.withBean(Greedy.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("consumeThreads=9, maxListenerThreads=8, group=greedy"));
    }
}
