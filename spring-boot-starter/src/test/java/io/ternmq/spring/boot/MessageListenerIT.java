package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.SendResult;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.TernMQHeaders;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;

/** A message's whole way in an application: template, producer, embedded broker, consumer, annotated method. */
class MessageListenerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class));

    record OrderCreated(String id, BigDecimal amount) {}

    record Received(OrderCreated order, String key, String tag, String id, String trace) {}

    static class Payment {

        final List<Received> received = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", tags = "create", group = "payment")
        void pay(
                OrderCreated order,
                @Header(TernMQHeaders.KEYS) String key,
                @Header(TernMQHeaders.TAGS) String tag,
                @Header(TernMQHeaders.MESSAGE_ID) String id,
                @Header("trace") String trace) {
            received.add(new Received(order, key, tag, id, trace));
        }
    }

    static class Everything {

        final List<String> tags = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "everything")
        Action count(Message message, ConsumeContext context) {
            assertThat(context.getGroupId()).isEqualTo("everything");
            tags.add(message.getTag());
            return Action.CommitMessage;
        }
    }

    static class FailsOnce {

        final AtomicInteger attempts = new AtomicInteger();
        final List<Integer> reconsumeTimes = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "fails-once")
        void listen(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            reconsumeTimes.add(times);
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("not today: " + text);
            }
        }
    }

    static class Slow {

        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        final AtomicInteger done = new AtomicInteger();

        @MessageListener(topics = "orders", group = "slow")
        void listen(String text) throws InterruptedException {
            entered.countDown();
            if (leave.await(1, TimeUnit.SECONDS) || !text.isEmpty()) {
                done.incrementAndGet();
            }
        }
    }

    @Test
    void deliversPayloadAndHeadersToTheMethod() {
        runner.withBean(Payment.class).run(context -> {
            SendResult sent = context.getBean(MessageTemplate.class)
                    .destination("orders:create")
                    .key("A1")
                    .header("trace", "t-1")
                    .send(new OrderCreated("A1", new BigDecimal("9.90")));

            Payment payment = context.getBean(Payment.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(payment.received)
                            .containsExactly(new Received(
                                    new OrderCreated("A1", new BigDecimal("9.90")),
                                    "A1",
                                    "create",
                                    sent.getMessageId(),
                                    "t-1")));
        });
    }

    @Test
    void givesEachGroupTheTagsItWants() {
        runner.withBean(Payment.class).withBean(Everything.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.destination("orders:create")
                    .key("1")
                    .header("trace", "t")
                    .send(new OrderCreated("1", BigDecimal.ONE));
            template.convertAndSend("orders:pay", "paid");
            template.convertAndSend("orders", "no tag");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Everything.class).tags)
                            .containsExactlyInAnyOrder("create", "pay", ""));
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(context.getBean(Payment.class).received).hasSize(1));
        });
    }

    @Test
    void deliversAgainWhatTheMethodHasFailedOn() {
        runner.withBean(FailsOnce.class).run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(context.getBean(FailsOnce.class).reconsumeTimes)
                            .containsExactly(0, 1));
        });
    }

    @Test
    void letsListenersFinishBeforeTheProducerAndTheBrokerGo() {
        Slow slow = new Slow();
        boolean[] producerWasThere = new boolean[1];
        runner.withBean(Slow.class, () -> slow).run(context -> {
            context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
            assertThat(slow.entered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            Producer producer = context.getBean(Producer.class);

            registry.stop();

            producerWasThere[0] = producer.isStarted();
        });

        assertThat(slow.done).hasValue(1);
        assertThat(producerWasThere[0]).isTrue();
    }
}
