package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.handler.annotation.Header;

/** Methods of a class that are told apart by the type of the payload, against the embedded broker. */
class PayloadDispatchIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.consumer.consume-from=earliest",
                    "ternmq.conversion.type-header=event",
                    "ternmq.conversion.type-ids.created=" + Created.class.getName(),
                    "ternmq.conversion.type-ids.paid=" + Paid.class.getName(),
                    "ternmq.conversion.type-ids.refunded=" + Refunded.class.getName());

    interface Event {
        String id();
    }

    record Created(String id) implements Event {}

    record Paid(String id) implements Event {}

    record Refunded(String id) implements Event {}

    @MessageListener(topics = "orders", group = "billing")
    static class Billing {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @TagHandler
        void created(Created created) {
            got.add("created " + created.id());
        }

        @TagHandler
        void event(Event event, @Header(TernMQHeaders.TAGS) String tag) {
            got.add(tag + " " + event);
        }

        @TagHandler
        void other(Message message) {
            got.add("other " + new String(message.getBody(), UTF_8));
        }

        @TagHandler("vip")
        void vip(Event event) {
            got.add("vip " + event.id());
        }
    }

    @MessageListener(topics = "orders", group = "strict")
    static class Strict {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @TagHandler
        void created(Created created) {
            got.add("created " + created.id());
        }

        @TagHandler
        void paid(Paid paid) {
            got.add("paid " + paid.id());
        }
    }

    @Test
    void choosesTheMethodByTagAndThenByTheTypeOfThePayload() {
        runner.withBean(Billing.class).withBean(Strict.class).run(context -> {
            assertThat(context).hasNotFailed();
            MessageTemplate template = context.getBean(MessageTemplate.class);
            template.convertAndSend("orders:new", new Created("A1"));
            template.convertAndSend("orders:money", new Paid("A2"));
            template.convertAndSend("orders:vip", new Paid("A3"));
            template.convertAndSend("orders:back", new Refunded("A4"));
            Message byClassName = new Message("orders", "new", "{\"id\":\"A5\"}".getBytes(UTF_8));
            byClassName.putUserProperties("event", Created.class.getName());
            context.getBean(Producer.class).send(byClassName);
            template.convertAndSend("orders:new", "text");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Billing.class).got)
                            .containsExactlyInAnyOrder(
                                    "created A1",
                                    "money Paid[id=A2]",
                                    "vip A3",
                                    "back Refunded[id=A4]",
                                    "created A5",
                                    "other text"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Strict.class).got)
                            .containsExactlyInAnyOrder("created A1", "paid A2", "paid A3", "created A5"));
            try (AdminClient admin = AdminClient.create(context.getBean(ClientConfig.class))) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(admin.deadLetters("strict", 10).letters().stream()
                                        .map(DeadLetter::reason)
                                        .flatMap(Optional::stream))
                                .satisfiesExactlyInAnyOrder(
                                        reason -> assertThat(reason)
                                                .contains("NoHandlerException", "tag=back, event=refunded"),
                                        reason ->
                                                assertThat(reason).contains("NoHandlerException", "tag=new, event=,")));
            }
        });
    }

    @MessageListener(topics = "orders", group = "colliding")
    static class Colliding {

        @TagHandler
        void first(Created created) {}

        @TagHandler
        void second(org.springframework.messaging.Message<Created> created) {}
    }

    @Test
    void refusesMethodsOfTheSameTypeAtStart() {
        runner.withBean(Colliding.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContainingAll(
                                "it wants the same messages as", "Colliding.first(", "Colliding.second("));
    }
}
