package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.Map;
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
                    "ternmq.producer.send-timeout=30s",
                    "ternmq.request-timeout=15s",
                    "ternmq.listener.max-threads=" + LIMIT);

    @Test
    void haveFewThreadsTogetherAndEachOfThemOne() {
        Semaphore permits = new Semaphore(0);
        Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger mostAtATime = new AtomicInteger();
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
                            mostAtATime.accumulateAndGet(running.incrementAndGet(), Math::max);
                            handled.put(group, count);
                            permits.acquireUninterruptibly();
                            running.decrementAndGet();
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
        // Each but the last had its first beyond the limit at most.
        assertThat(mostAtATime.get()).isBetween(LISTENERS, LIMIT + LISTENERS - 1);
    }
}
