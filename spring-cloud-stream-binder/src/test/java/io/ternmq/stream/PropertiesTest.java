package io.ternmq.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.MessageModel;
import io.ternmq.stream.inbound.InboundSettings;
import io.ternmq.stream.properties.FailurePolicy;
import io.ternmq.stream.properties.TernMQBinderProperties;
import io.ternmq.stream.properties.TernMQConsumerProperties;
import io.ternmq.stream.properties.TernMQProducerProperties;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;

class PropertiesTest {

    private final TernMQConsumerProperties consumer = new TernMQConsumerProperties();
    private final TernMQProducerProperties producer = new TernMQProducerProperties();

    @Test
    void illegalValuesAreRefusedWithKeyAndRemedy() {
        assertThatThrownBy(() -> consumer.setStartPosition("tomorrow"))
                .hasMessageContaining("consumer.start-position=tomorrow")
                .hasMessageContaining("earliest, latest");
        assertThatThrownBy(() -> consumer.setBatchSize(0)).hasMessageContaining("consumer.batch-size=0; it must be");
        assertThatThrownBy(() -> consumer.setSuspendTime(Duration.ofMinutes(1)))
                .hasMessageContaining("consumer.suspend-time");
        assertThatThrownBy(() -> consumer.setDeadLetterTopic("a.b"))
                .hasMessageContaining("consumer.dead-letter-topic=a.b");
        assertThatThrownBy(() -> consumer.setMaxRedeliveries(-2)).hasMessageContaining("consumer.max-redeliveries=-2");
        assertThatThrownBy(() -> producer.setDelay(Duration.ZERO)).hasMessageContaining("producer.delay=PT0S");
        assertThatThrownBy(() -> producer.setRetries(101)).hasMessageContaining("producer.retries=101");
        assertThatThrownBy(() -> producer.setGroup("a b")).hasMessageContaining("producer.group=a b");
        assertThatThrownBy(() -> new TernMQBinderProperties(
                        TernMQBinderProperties.Provisioning.CREATE, 0, Duration.ofSeconds(1), List.of(), true))
                .hasMessageContaining("spring.cloud.stream.ternmq.binder.queues=0");
    }

    @Test
    void orderGoesNeitherWithBatchesNorWithBroadcasting() {
        ExtendedConsumerProperties<TernMQConsumerProperties> properties = new ExtendedConsumerProperties<>(consumer);
        consumer.setOrdered(true);
        consumer.setMessageModel(MessageModel.BROADCASTING);
        assertThatThrownBy(() -> InboundSettings.of(List.of("topic"), "group", properties, false))
                .hasMessageContaining("broadcasting knows no order: binding=topic");
        properties.setBatchMode(true);
        assertThatThrownBy(() -> InboundSettings.of(List.of("topic"), "group", properties, false))
                .hasMessageContaining("a batch is not handled in order: binding=topic");
    }

    @Test
    void anonymousBindingNeedsDeadLetterTopicOfItsOwn() {
        ExtendedConsumerProperties<TernMQConsumerProperties> properties = new ExtendedConsumerProperties<>(consumer);
        consumer.setOnFailure(FailurePolicy.DEAD_LETTER);
        assertThatThrownBy(() -> InboundSettings.of(List.of("topic"), null, properties, false))
                .hasMessageContaining("dead-letter-topic");
        consumer.setDeadLetterTopic("letters");
        assertThat(InboundSettings.of(List.of("topic"), null, properties, false).group())
                .startsWith("anonymous-");
    }

    @Test
    void editorsKnowTheProperties() throws IOException {
        String metadata;
        try (InputStream file = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            metadata = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(metadata)
                .contains("\"spring.cloud.stream.ternmq.binder.provisioning\"")
                .contains("\"spring.cloud.stream.ternmq.default.consumer.on-failure\"")
                .contains("\"spring.cloud.stream.ternmq.default.producer.sharding-key-expression\"")
                .contains("Condition over message properties (SQL92)");
    }
}
