package io.ternmq.spring.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ternmq.client.Message;
import io.ternmq.client.SendResult;
import io.ternmq.spring.FakeProducer;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.support.MessageBuilder;
import tools.jackson.databind.json.JsonMapper;

class MessageTemplateTest {

    private final FakeProducer producer = new FakeProducer();
    private final MessageTemplate template = MessageTemplate.create(
            producer, MessageMapper.json(JsonMapper.builder().build()));

    @Test
    void sendsPayloadToTopicAndTag() {
        SendResult result = template.convertAndSend("orders:create", Map.of("id", "A1"));

        Message sent = producer.sent().get(0);
        assertThat(result.getMessageId()).isEqualTo(sent.getMsgID());
        assertThat(sent.getTopic()).isEqualTo("orders");
        assertThat(sent.getTag()).isEqualTo("create");
        assertThat(new String(sent.getBody(), UTF_8)).isEqualTo("{\"id\":\"A1\"}");
    }

    @Test
    void sendsHeaders() {
        template.convertAndSend("orders", "x", Map.of(TernMQHeaders.KEYS, "A1", "trace", "t1"));

        Message sent = producer.sent().get(0);
        assertThat(sent.getKey()).isEqualTo("A1");
        assertThat(sent.getUserProperties("trace")).isEqualTo("t1");
    }

    @Test
    void sendsSpringMessageToTheDestinationInItsHeaders() {
        template.send(MessageBuilder.withPayload("x")
                .setHeader(TernMQHeaders.TOPIC, "orders:pay")
                .setHeader("trace", "t1")
                .build());

        Message sent = producer.sent().get(0);
        assertThat(sent.getTopic()).isEqualTo("orders");
        assertThat(sent.getTag()).isEqualTo("pay");
        assertThat(sent.getUserProperties("trace")).isEqualTo("t1");
        assertThat(sent.getUserProperties("id")).isNull();
    }

    @Test
    void takesPayloadAndHeadersOutOfSpringMessageGivenAsPayload() {
        template.convertAndSend(
                "orders",
                MessageBuilder.withPayload("x").setHeader("trace", "t1").build());

        assertThat(producer.sent().get(0).getBody()).isEqualTo("x".getBytes(UTF_8));
        assertThat(producer.sent().get(0).getUserProperties("trace")).isEqualTo("t1");
    }

    @Test
    void buildsMessageStepByStep() {
        long before = System.currentTimeMillis();

        template.destination("orders:create")
                .key("A1")
                .key(42)
                .shardingKey("customer-3")
                .header("trace", "t1")
                .delay(Duration.ofMinutes(1))
                .send("x");

        Message sent = producer.sent().get(0);
        assertThat(sent.getKey()).isEqualTo("A1 42");
        assertThat(sent.getShardingKey()).isEqualTo("customer-3");
        assertThat(sent.getUserProperties("trace")).isEqualTo("t1");
        assertThat(sent.getStartDeliverTime()).isBetween(before + 60_000, System.currentTimeMillis() + 60_000);
    }

    @Test
    void completesFutureWithTheResult() {
        assertThat(template.sendAsync("orders", "x").join().getMessageId()).isEqualTo("id-1");
    }

    @Test
    void deliversFailureOfConversionInTheFuture() {
        var noDestination = MessageBuilder.withPayload("x").build();

        assertThat(template.sendAsync(noDestination)).isCompletedExceptionally();
        assertThatIllegalArgumentException().isThrownBy(() -> template.send(noDestination));
    }

    @Test
    void sendsOnewayWithoutResult() {
        template.sendOneway("orders", "x");

        assertThat(producer.oneway()).hasSize(1);
        assertThat(producer.sent()).isEmpty();
    }
}
