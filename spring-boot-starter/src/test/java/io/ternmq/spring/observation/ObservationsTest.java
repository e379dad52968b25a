package io.ternmq.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.ternmq.client.Action;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.spring.FakeProducer;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor.Next;
import io.ternmq.spring.support.MessageMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ObservationsTest {

    private final TestObservationRegistry registry = TestObservationRegistry.create();

    @AfterEach
    void cleanUp() {
        MDC.clear();
    }

    void listen(String text) {}

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
    void observesCallsOfListenersUnderTheDocumentedNamesAndKeys() throws Exception {
        Message message = message("A1");
        message.setReconsumeTimes(2);

        Object result = new ListenerObservations(registry, null).around(call(message), () -> "answer");

        assertThat(result).isEqualTo("answer");
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
    void tellsRetriesAndFailuresApart() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        ListenerObservations observations = new ListenerObservations(registry, null);

        observations.around(call(message("A1")), () -> null);
        observations.around(call(message("A2")), () -> Action.ReconsumeLater);
        assertThatThrownBy(() -> observations.around(call(message("A3")), () -> {
                    throw new IllegalStateException("not today");
                }))
                .hasMessage("not today");

        for (String outcome : List.of("done", "retry", "failed")) {
            assertThat(meters.get("ternmq.listener")
                            .tag("ternmq.outcome", outcome)
                            .timer()
                            .count())
                    .isEqualTo(1);
        }
        assertThat(meters.get("ternmq.listener")
                        .tag("ternmq.outcome", "failed")
                        .tag("error", "IllegalStateException")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void countsTheMessagesOfBatch() throws Exception {
        new ListenerObservations(registry, null).around(call(message("A1"), message("A2")), () -> null);

        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("ternmq.listener")
                .that()
                .hasHighCardinalityKeyValue("messaging.batch.message_count", "2")
                .doesNotHaveHighCardinalityKeyValueWithKey("messaging.message.id");
    }

    @Test
    void identifiesTheMessageInTheLogWhileTheListenerRunsAndRestoresWhatWasThere() throws Exception {
        MDC.put(LoggingContext.KEY, "before");
        Map<String, String> seen = new HashMap<>();
        Next listener = () -> {
            seen.putAll(MDC.getCopyOfContextMap());
            return null;
        };

        new LoggingContext().around(call(message("A1")), listener);

        assertThat(seen)
                .containsEntry("ternmq.listener", "shop.listen")
                .containsEntry("ternmq.topic", "orders")
                .containsEntry("ternmq.messageId", "id-A1")
                .containsEntry("ternmq.key", "A1");
        assertThat(MDC.getCopyOfContextMap()).containsOnly(Map.entry("ternmq.key", "before"));
    }

    private MessageTemplate template(
            FakeProducer producer, @org.jspecify.annotations.Nullable SendObservationConvention convention) {
        return MessageTemplate.create(
                producer, new MessageMapper(), List.of(new SendObservations(registry, convention)));
    }

    private static Message message(String key) {
        Message message = new Message("orders", "", key, new byte[] {1});
        message.setMsgID("id-" + key);
        return message;
    }

    private ListenerCall call(Message... messages) throws NoSuchMethodException {
        return new ListenerCall(
                "shop.listen",
                "shop",
                this,
                ObservationsTest.class.getDeclaredMethod("listen", String.class),
                List.of(messages));
    }
}
