package io.ternmq.spring.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ternmq.client.Message;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.support.MessageBuilder;
import tools.jackson.databind.json.JsonMapper;

class MessageMapperTest {

    private static final Destination ORDERS = new Destination("orders", "create");

    private final MessageMapper mapper = MessageMapper.json(JsonMapper.builder().build());

    record Order(String id, BigDecimal amount) {}

    @Test
    void writesObjectsAsJson() {
        Message message = mapper.toMessage(ORDERS, new Order("A1", new BigDecimal("9.90")), Map.of());

        assertThat(new String(message.getBody(), UTF_8)).isEqualTo("{\"id\":\"A1\",\"amount\":9.90}");
        assertThat(message.getTopic()).isEqualTo("orders");
        assertThat(message.getTag()).isEqualTo("create");
        assertThat(message.getUserProperties("contentType")).isEqualTo("application/json");
    }

    @Test
    void sendsTextAndBytesAsTheyAre() {
        assertThat(mapper.toMessage(ORDERS, "größer", Map.of()).getBody()).isEqualTo("größer".getBytes(UTF_8));
        assertThat(mapper.toMessage(ORDERS, new byte[] {1, 0, -1}, Map.of()).getBody())
                .containsExactly(1, 0, -1);
        assertThat(mapper.toMessage(ORDERS, "text", Map.of()).hasUserProperties())
                .isFalse();
    }

    @Test
    void turnsHeadersIntoWhatTheyStandFor() {
        Instant noon = Instant.parse("2026-11-20T12:00:00Z");
        UUID trace = UUID.randomUUID();

        Message message = mapper.toMessage(
                null,
                "x",
                Map.of(
                        TernMQHeaders.TOPIC,
                        "orders",
                        TernMQHeaders.TAGS,
                        "pay",
                        TernMQHeaders.KEYS,
                        List.of("A1", 7),
                        TernMQHeaders.SHARDING_KEY,
                        "customer-3",
                        TernMQHeaders.DELIVER_AT,
                        noon,
                        "trace",
                        trace,
                        "attempt",
                        3));

        assertThat(message.getTopic()).isEqualTo("orders");
        assertThat(message.getTag()).isEqualTo("pay");
        assertThat(message.getKey()).isEqualTo("A1 7");
        assertThat(message.getShardingKey()).isEqualTo("customer-3");
        assertThat(message.getStartDeliverTime()).isEqualTo(noon.toEpochMilli());
        assertThat(message.getUserProperties()).hasSize(2);
        assertThat(message.getUserProperties("trace")).isEqualTo(trace.toString());
        assertThat(message.getUserProperties("attempt")).isEqualTo("3");
    }

    @Test
    void sendsReceivedMessageOnWithoutWhatBelongsToItsDelivery() {
        Message received = new Message("orders", "create", "A1", "x".getBytes(UTF_8));
        received.setMsgID("0A");
        received.setOffset(7);
        received.putUserProperties("trace", "t1");
        ReceivedMessage spring = new ReceivedMessage(received, () -> "billing");

        Message forwarded = mapper.toMessage(new Destination("audit", ""), spring.getPayload(), spring.getHeaders());

        assertThat(forwarded.getTopic()).isEqualTo("audit");
        assertThat(forwarded.getKey()).isEqualTo("A1");
        assertThat(forwarded.getMsgID()).isNull();
        assertThat(forwarded.getUserProperties().stringPropertyNames()).containsExactly("trace");
    }

    @Test
    void refusesMessageWithoutDestination() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mapper.toMessage(null, "x", Map.of()))
                .withMessageContaining(TernMQHeaders.TOPIC);
    }

    @Test
    void refusesHeaderThatIsNoText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mapper.toMessage(ORDERS, "x", Map.of("order", new Order("A1", BigDecimal.ONE))))
                .withMessageContaining("header=order")
                .withMessageContaining("Order");
    }

    @Test
    void refusesPayloadThatNoConverterCanWrite() {
        MessageMapper textOnly = new MessageMapper();

        assertThatExceptionOfType(MessageConversionException.class)
                .isThrownBy(() -> textOnly.toMessage(ORDERS, new Order("A1", BigDecimal.ONE), Map.of()))
                .withMessageContaining("orders:create")
                .withMessageContaining("MessageMapper");
    }

    @Test
    void readsJsonWhateverItsContentTypeSays() {
        var message = MessageBuilder.withPayload("{\"id\":\"A1\",\"amount\":1}".getBytes(UTF_8))
                .setHeader("contentType", "not a mime type")
                .build();

        assertThat(mapper.converter().fromMessage(message, Order.class)).isEqualTo(new Order("A1", BigDecimal.ONE));
    }
}
