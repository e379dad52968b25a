package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;

/** The delay of a {@code @Retry} is the broker's: it goes on while the application is away. */
class RetryAfterRestartIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker broker = new EmbeddedBroker();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.name-server=" + broker.address(),
                    "ternmq.producer.send-timeout=30s",
                    "ternmq.consumer.consume-from=earliest");

    static class Payment {

        final Queue<String> got = new ConcurrentLinkedQueue<>();
        private final boolean bankOpen;

        Payment(boolean bankOpen) {
            this.bankOpen = bankOpen;
        }

        @MessageListener(topics = "orders", group = "payment", retry = @Retry(delays = "1h"))
        void pay(String order, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            got.add(order + times);
            if (!bankOpen) {
                throw new IllegalStateException("the bank is closed");
            }
        }
    }

    @Test
    void bringsTheMessageToTheNextApplicationWhenTheDelayIsOver() {
        runner.withBean(Payment.class, () -> new Payment(false)).run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A");

            // The broker has taken the message back, and closing need not wait for that.
            broker.group("payment").retries().withText("A"::equals).awaitOne();
            assertThat(context.getBean(Payment.class).got).containsExactly("A0");
        });

        runner.withBean(Payment.class, () -> new Payment(true)).run(context -> {
            Payment payment = context.getBean(Payment.class);
            broker.advanceTimers(Duration.ofMinutes(59));
            context.getBean(MessageTemplate.class).convertAndSend("orders", "B");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(payment.got).containsExactly("B0"));

            broker.advanceTimers(Duration.ofMinutes(1));

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(payment.got).containsExactly("B0", "A1"));
        });
    }
}
