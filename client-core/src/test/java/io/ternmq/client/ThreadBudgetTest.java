package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Counts the threads of the whole JVM, so nothing else may run. */
@Isolated
class ThreadBudgetTest {

    @Test
    void sharesThreeThreadsAmongAllProducersAndConsumersAndEndsThemWithTheLast() {
        List<Admin> clients = new ArrayList<>();
        AtomicInteger received = new AtomicInteger();
        try (FakeBroker broker = new FakeBroker("b1").topic("orders", 4)) {
            for (int i = 0; i < 15; i++) {
                Producer producer = MQFactory.createProducer(
                        ProducerConfig.builder(broker.client(), "pg" + i).build());
                clients.add(producer);
                Consumer consumer = MQFactory.createConsumer(
                        ConsumerConfig.builder(broker.client(), "cg" + i).build());
                consumer.subscribe("orders", "*", (message, context) -> {
                    received.incrementAndGet();
                    return Action.CommitMessage;
                });
                clients.add(consumer);
            }
            clients.forEach(Admin::start);
            ((Producer) clients.get(0)).send(new Message("orders", "", new byte[1]));
            await().until(() -> received.get() == 15);

            assertThat(threads("ternmq-client-")).hasSizeLessThanOrEqualTo(3);
            assertThat(threads("ternmq-listener-"))
                    .as("one message needs one thread of each consumer")
                    .hasSizeLessThanOrEqualTo(15);
        } finally {
            clients.forEach(Admin::close);
        }
        await().untilAsserted(() -> assertThat(threads("ternmq-")).isEmpty());
    }

    private static Set<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toSet());
    }
}
