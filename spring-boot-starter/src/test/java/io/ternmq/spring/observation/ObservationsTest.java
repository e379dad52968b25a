package io.ternmq.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.spring.FakeProducer;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.ListenerDelivery;
import io.ternmq.spring.listener.ListenerOutcome;
import io.ternmq.spring.listener.ListenerScope;
import io.ternmq.spring.support.MessageMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ObservationsTest {

    private final TestObservationRegistry registry = TestObservationRegistry.create();

    @AfterEach
    void cleanUp() {
        MDC.clear();
    }

    @Test
    void observesSendsUnderTheDocumentedNamesAndKeys() {
        template(new FakeProducer(), null)
                .destination("orders:create")
                .key("A1")
                .send("text");

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("ternmq.send")
                .that()
                .hasBeenStopped()
                .hasContextualNameEqualTo("send orders")
                .hasOnlyKeys(
                        "messaging.system",
                        "messaging.operation.name",
                        "messaging.destination.name",
                        "messaging.message.id",
                        "messaging.rocketmq.message.keys",
                        "messaging.rocketmq.message.tag")
                .hasLowCardinalityKeyValue("messaging.system", "rocketmq")
                .hasLowCardinalityKeyValue("messaging.operation.name", "send")
                .hasLowCardinalityKeyValue("messaging.destination.name", "orders")
                .hasHighCardinalityKeyValue("messaging.message.id", "id-1")
                .hasHighCardinalityKeyValue("messaging.rocketmq.message.keys", "A1")
                .hasHighCardinalityKeyValue("messaging.rocketmq.message.tag", "create");
    }

    @Test
    void tellsWhySendHasFailed() {
        FakeProducer producer = new FakeProducer();
        MQClientException failure = new MQClientException("nobody answers");
        producer.refuse(failure);

        assertThatThrownBy(() -> template(producer, null).convertAndSend("orders", "text"))
                .isSameAs(failure);

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("ternmq.send")
                .that()
                .hasBeenStopped()
                .hasError(failure);
    }

    @Test
    void takesTheApplicationsConvention() {
        SendObservationConvention own = new DefaultSendObservationConvention() {
            @Override
            public String getName() {
                return "shop.send";
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(SendContext context) {
                return super.getLowCardinalityKeyValues(context).and("shop", "berlin");
            }
        };

        template(new FakeProducer(), own).convertAndSend("orders", "text");

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("shop.send")
                .that()
                .hasLowCardinalityKeyValue("shop", "berlin");
    }

    @Test
    void observesCallsOfListenersUnderTheDocumentedNamesAndKeys() {
        Message message = message("A1");
        message.setReconsumeTimes(2);

        end(new ListenerObservations(registry, null), delivery(message), ConsumeOutcome.done(), null);

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("ternmq.listener")
                .that()
                .hasBeenStopped()
                .hasContextualNameEqualTo("process orders")
                .hasOnlyKeys(
                        "messaging.system",
                        "messaging.operation.name",
                        "messaging.destination.name",
                        "messaging.consumer.group.name",
                        "ternmq.listener.id",
                        "ternmq.outcome",
                        "ternmq.redelivered",
                        "messaging.message.id",
                        "messaging.rocketmq.message.keys")
                .hasLowCardinalityKeyValue("messaging.consumer.group.name", "shop")
                .hasLowCardinalityKeyValue("ternmq.listener.id", "shop.listen")
                .hasLowCardinalityKeyValue("ternmq.outcome", "done")
                .hasLowCardinalityKeyValue("ternmq.redelivered", "true")
                .hasHighCardinalityKeyValue("messaging.message.id", "id-A1");
    }

    @Test
    void tellsWhatBecomesOfTheMessageAndWhetherItFailed() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        ListenerObservations observations = new ListenerObservations(registry, null);

        end(observations, delivery(message("A1")), ConsumeOutcome.done(), null);
        end(observations, delivery(message("A2")), ConsumeOutcome.retry(), null);
        end(observations, delivery(message("A3")), ConsumeOutcome.retry(), new IllegalStateException("not today"));
        end(observations, delivery(message("A4")), ConsumeOutcome.deadLetter("never"), null);
        observations
                .open(delivery(message("A5"), message("A6")))
                .close(new ListenerOutcome(
                        List.of(ConsumeOutcome.deadLetter("never"), ConsumeOutcome.retry()), null, false));

        assertThat(count(meters, "done", "none")).isEqualTo(1);
        assertThat(count(meters, "retry", "none")).isEqualTo(1);
        assertThat(count(meters, "retry", "IllegalStateException")).isEqualTo(1);
        assertThat(count(meters, "dead-letter", "none")).isEqualTo(2);
    }

    private static long count(MeterRegistry meters, String outcome, String error) {
        return meters.get("ternmq.listener")
                .tag("ternmq.outcome", outcome)
                .tag("error", error)
                .timer()
                .count();
    }

    @Test
    void countsTheMessagesOfBatch() {
        end(
                new ListenerObservations(registry, null),
                delivery(message("A1"), message("A2")),
                ConsumeOutcome.done(),
                null);

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("ternmq.listener")
                .that()
                .hasHighCardinalityKeyValue("messaging.batch.message_count", "2")
                .doesNotHaveHighCardinalityKeyValueWithKey("messaging.message.id");
    }

    @Test
    void identifiesTheMessageInTheLogWhileTheListenerRunsAndRestoresWhatWasThere() {
        MDC.put(LoggingContext.KEY, "before");
        ListenerScope.Closing closing = new LoggingContext().open(delivery(message("A1")));
        Map<String, String> seen = MDC.getCopyOfContextMap();
        closing.close(new ListenerOutcome(List.of(ConsumeOutcome.done()), null, false));

        assertThat(seen)
                .containsEntry("ternmq.listener", "shop.listen")
                .containsEntry("ternmq.topic", "orders")
                .containsEntry("ternmq.messageId", "id-A1")
                .containsEntry("ternmq.key", "A1");
        assertThat(MDC.getCopyOfContextMap()).containsOnly(Map.entry("ternmq.key", "before"));
    }

    private MessageTemplate template(FakeProducer producer, @Nullable SendObservationConvention convention) {
        return MessageTemplate.create(
                producer, new MessageMapper(), List.of(new SendObservations(registry, convention)));
    }

    private static Message message(String key) {
        Message message = new Message("orders", "", key, new byte[] {1});
        message.setMsgID("id-" + key);
        return message;
    }

    private static ListenerDelivery delivery(Message... messages) {
        return new ListenerDelivery("shop.listen", "shop", List.of(messages));
    }

    private static void end(
            ListenerScope scope, ListenerDelivery delivery, ConsumeOutcome outcome, @Nullable Throwable failure) {
        scope.open(delivery).close(new ListenerOutcome(List.of(outcome), failure, failure != null));
    }
}
