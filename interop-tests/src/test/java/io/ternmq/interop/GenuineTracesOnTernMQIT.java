package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TraceStep;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Traces read across: ours by the genuine tool, and those of genuine clients by our query. */
@ExtendWith(InteropLab.Resolver.class)
class GenuineTracesOnTernMQIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InteropLab lab;

    GenuineTracesOnTernMQIT(InteropLab lab) {
        this.lab = lab;
    }

    @Test
    void mqAdminShowsTheWayOfAMessageOfOurs() {
        BrokerTarget broker = lab.ternmqBroker();
        String topic = Topics.create(lab, broker, 2);
        String producers = lab.name("traced_producers");
        String consumers = lab.name("traced_consumers");
        try (TestProducer producer = lab.ternmqClient().producer(ProducerSettings.of(broker.nameServer(), producers));
                TestConsumer consumer =
                        lab.ternmqClient().consumer(ConsumerSettings.of(broker.nameServer(), consumers, topic))) {
            Sent sent = producer.send(Outgoing.text(topic, "traced").keyed("key"));
            await("delivery").atMost(PATIENCE).until(() -> consumer.received().size() == 1);

            await("the whole way")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(lab.mqAdmin()
                                    .mqAdmin("queryMsgTraceById", "-n", broker.nameServer(), "-i", sent.messageId()))
                            .containsPattern("Pub\\s+" + producers
                                    + "\\s+\\S+\\s+\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\s+\\d+ms\\s+success")
                            .containsPattern("Sub\\s+" + consumers
                                    + "\\s+\\S+\\s+\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\s+\\d+ms\\s+success"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ourQueryTellsTheWayOfAGenuineMessage(GenuineVersion version) {
        BrokerTarget broker = lab.ternmqBroker();
        String topic = Topics.create(lab, broker, 2);
        String producers = lab.name("traced_producers");
        String consumers = lab.name("traced_consumers");
        GenuineClient genuine = lab.genuineClient(version, HeaderEncoding.JSON);
        Instant before = Instant.now().minusSeconds(1);
        try (TestProducer producer = genuine.tracedProducer(ProducerSettings.of(broker.nameServer(), producers));
                TestConsumer consumer =
                        genuine.tracedConsumer(ConsumerSettings.of(broker.nameServer(), consumers, topic));
                AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            Sent sent = producer.send(Outgoing.text(topic, "traced").keyed("key"));
            await("delivery").atMost(PATIENCE).until(() -> consumer.received().size() == 1);

            await("the whole way")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(admin.trace(sent.messageId()))
                            .hasSize(2)
                            .allSatisfy(step -> {
                                assertThat(step.success()).isTrue();
                                assertThat(step.clientHost()).isNotEmpty();
                                assertThat(step.costMillis()).isNotNegative();
                                assertThat(step.time()).isBetween(before, Instant.now());
                            }));
            List<TraceStep> steps = admin.trace(sent.messageId());
            assertThat(steps).extracting(TraceStep::kind).containsExactly(TraceStep.Kind.SENT, TraceStep.Kind.CONSUMED);
            assertThat(steps).extracting(TraceStep::group).containsExactly(producers, consumers);
            assertThat(steps.get(0).topic()).isEqualTo(topic);
            assertThat(steps.get(0).broker()).isNotEmpty();
            assertThat(steps.get(1).result()).isEqualTo("SUCCESS");
        }
    }
}
