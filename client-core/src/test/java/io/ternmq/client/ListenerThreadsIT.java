package io.ternmq.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many consumers of a client, few threads. */
@Timeout(120)
class ListenerThreadsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOPIC = "few-threads";
    private static final int MESSAGES = 40;
    private static final int LIMIT = 5;
    private static final int CONSUMERS = 3;

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private final ClientConfig client = ClientConfig.builder(BROKER.address())
            .instanceName("few-threads")
            .maxListenerThreads(LIMIT)
            .build();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostAtATime = new AtomicInteger();

    /** A consumer whose listener waits for a permit with each message. */
    private final class Slow implements AutoCloseable {
        private final Semaphore permits = new Semaphore(0);
        private final AtomicInteger busy = new AtomicInteger();
        private final AtomicInteger handled = new AtomicInteger();
        private final Consumer consumer;

        Slow(String group) {
            consumer = MQFactory.createConsumer(ConsumerConfig.builder(client, group)
                    .startFrom(StartPosition.earliest())
                    .consumeThreads(2 * LIMIT)
                    .build());
            consumer.subscribe(TOPIC, "*", (message, context) -> {
                mostAtATime.accumulateAndGet(running.incrementAndGet(), Math::max);
                busy.incrementAndGet();
                permits.acquireUninterruptibly();
                busy.decrementAndGet();
                running.decrementAndGet();
                handled.incrementAndGet();
                return Action.CommitMessage;
            });
            consumer.start();
        }

        @Override
        public void close() {
            permits.release(MESSAGES);
            consumer.close();
        }
    }

    @Test
    void boundsTheThreadsOfAllConsumersAndServesEachOfThem() {
        try (Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(client, "few-threads-producer").build())) {
            producer.start();
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(new Message(TOPIC, "", ("" + i).getBytes(UTF_8)));
            }
        }
        Slow first = new Slow("few-threads-first");
        try (first) {
            await().atMost(PATIENCE).until(() -> first.busy.get() == LIMIT);
            List<Slow> others = IntStream.range(1, CONSUMERS)
                    .mapToObj(number -> new Slow("few-threads-" + number))
                    .toList();
            try {
                await("one thread for each, whoever has the others")
                        .atMost(PATIENCE)
                        .until(() -> others.stream().allMatch(consumer -> consumer.busy.get() == 1));
                await("more than one, of those that the first gives up")
                        .atMost(PATIENCE)
                        .until(() -> {
                            first.permits.release();
                            return others.stream().anyMatch(consumer -> consumer.busy.get() > 1);
                        });
                for (Slow consumer : others) {
                    consumer.permits.release(MESSAGES);
                }
                first.permits.release(MESSAGES);
                await("all is handled")
                        .atMost(PATIENCE)
                        .until(() -> first.handled.get() == MESSAGES
                                && others.stream().allMatch(consumer -> consumer.handled.get() == MESSAGES));
            } finally {
                others.forEach(Slow::close);
            }
        }
        // Each of the others had its first beyond the limit.
        assertThat(mostAtATime.get()).isBetween(LIMIT + 1, LIMIT + CONSUMERS - 1);
    }
}
