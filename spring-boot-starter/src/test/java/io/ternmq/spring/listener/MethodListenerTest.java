package io.ternmq.spring.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.TopicPartition;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TernMQHeaders;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import tools.jackson.databind.json.JsonMapper;

class MethodListenerTest {

    private final List<Object> got = new ArrayList<>();
    private final Message message = new Message("orders", "create", "A1", "{\"id\":\"A1\"}".getBytes(UTF_8));

    record Order(String id) {}

    final class Listeners {

        void takesRecord(Order order) {
            got.add(order);
        }

        void takesText(String text) {
            got.add(text);
        }

        void takesBytes(byte[] bytes) {
            got.add(bytes);
        }

        void takesSpringMessage(org.springframework.messaging.Message<Order> spring) {
            got.add(spring.getPayload());
            got.add(spring.getHeaders().get("trace"));
        }

        void takesClientMessage(Message client, ConsumeContext context) {
            got.add(client);
            got.add(context.getGroupId());
        }

        void takesHeaders(
                @Payload Order order,
                @Header(TernMQHeaders.KEYS) String key,
                @Header(TernMQHeaders.QUEUE_ID) int queue,
                @Header("attempt") long attempt,
                @Header(name = "absent", required = false) @Nullable String absent,
                @Headers Map<String, Object> headers) {
            got.addAll(Arrays.asList(order, key, queue, attempt, absent, headers));
        }

        void takesNothing() {
            got.add("called");
        }

        Action decides(Order order) {
            got.add(order);
            return Action.ReconsumeLater;
        }

        void fails(Order order) {
            throw new IllegalStateException("no stock for " + order.id());
        }

        void takesTwoPayloads(Order order, String text) {
            got.add(order);
            got.add(text);
        }

        void takesPart(@Payload("id") String id) {
            got.add(id);
        }
    }

    @BeforeEach
    void fillMessage() {
        message.setMsgID("0A01");
        message.setReconsumeTimes(2);
        message.setTopicPartition(new TopicPartition("orders", "broker-a", 3));
        message.putUserProperties("trace", "t1");
        message.putUserProperties("attempt", "7");
    }

    @Test
    void readsPayloadAsTheParametersType() {
        assertThat(call("takesRecord")).isEqualTo(Action.CommitMessage);
        call("takesText");
        call("takesBytes");

        assertThat(got).containsExactly(new Order("A1"), "{\"id\":\"A1\"}", message.getBody());
    }

    @Test
    void givesSpringMessageWithConvertedPayload() {
        call("takesSpringMessage");

        assertThat(got).containsExactly(new Order("A1"), "t1");
    }

    @Test
    void givesTheClientsOwnObjects() {
        call("takesClientMessage");

        assertThat(got).containsExactly(message, "billing");
    }

    @Test
    @SuppressWarnings("unchecked")
    void givesHeadersConvertedToTheParametersType() {
        call("takesHeaders");

        assertThat(got.subList(0, 5)).containsExactly(new Order("A1"), "A1", 3, 7L, null);
        assertThat((Map<String, Object>) got.get(5))
                .containsEntry(TernMQHeaders.TOPIC, "orders")
                .containsEntry(TernMQHeaders.TAGS, "create")
                .containsEntry(TernMQHeaders.MESSAGE_ID, "0A01")
                .containsEntry(TernMQHeaders.RECONSUME_TIMES, 2)
                .containsEntry(TernMQHeaders.BROKER_NAME, "broker-a")
                .containsEntry(TernMQHeaders.GROUP, "billing")
                .containsEntry("trace", "t1")
                .doesNotContainKey(TernMQHeaders.SHARDING_KEY);
    }

    @Test
    void callsMethodWithoutParameters() {
        assertThat(call("takesNothing")).isEqualTo(Action.CommitMessage);
        assertThat(got).containsExactly("called");
    }

    @Test
    void returnsWhatTheMethodDecides() {
        assertThat(call("decides")).isEqualTo(Action.ReconsumeLater);
    }

    @Test
    void asksForTheMessageAgainWhenTheMethodThrows() {
        assertThat(call("fails")).isEqualTo(Action.ReconsumeLater);
    }

    @Test
    void asksForTheMessageAgainWhenThePayloadCannotBeRead() {
        message.setBody("not json".getBytes(UTF_8));

        assertThat(call("takesRecord")).isEqualTo(Action.ReconsumeLater);
        assertThat(got).isEmpty();
    }

    @Test
    void asksForTheMessageAgainWhenHeaderIsMissing() {
        message.setKey("");

        assertThat(call("takesHeaders")).isEqualTo(Action.ReconsumeLater);
        assertThat(got).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"takesTwoPayloads", "takesPart"})
    void refusesMethodThatCannotBeListener(String method) {
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> listener(method))
                .withMessageContaining(method);
    }

    private Action call(String method) {
        ConsumerConfig config = ConsumerConfig.builder(ClientConfig.of("127.0.0.1:9876"), "billing")
                .build();
        return new ListenerPipeline("test." + method, listener(method), ListenerServices.NONE, List.of(), config)
                .consume(message, () -> "billing");
    }

    private ListenerTarget listener(String name) {
        Method method = Arrays.stream(Listeners.class.getDeclaredMethods())
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return new MethodListenerFactory(
                        MessageMapper.json(JsonMapper.builder().build()), new DefaultListableBeanFactory())
                .create(new Listeners(), method);
    }
}
