package io.ternmq.spring.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.TopicPartition;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.TernMQHeaders;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;
import tools.jackson.databind.json.JsonMapper;

/** Headers of batches, and payloads that are empty. */
class BatchHeadersTest {

    record Order(String id) {}

    private final List<@Nullable Object> got = new ArrayList<>();
    private final Map<Integer, ConsumeOutcome> outcomes = new TreeMap<>();

    @SuppressWarnings("unused")
    private final class Listeners {

        void headers(
                List<Order> orders,
                @Header(TernMQHeaders.KEYS) List<String> keys,
                @Header(TernMQHeaders.OFFSET) List<Long> offsets,
                @Header("${attempt.header}") Collection<Integer> attempts,
                @Header(name = "region", defaultValue = "${region.default}") List<? extends String> regions,
                @Header List<String> trace,
                @Header(TernMQHeaders.TOPIC) String topic) {
            got.addAll(List.of(orders, keys, offsets, attempts, regions, trace, topic));
        }

        void numbers(List<Order> orders, @Header("attempt") List<Integer> attempts) {
            got.add(attempts);
        }

        void deleted(@Payload(required = false) @Nullable Order order, @Header(TernMQHeaders.KEYS) String key) {
            got.add(order);
            got.add(key);
        }
    }

    @Test
    void givesHeadersOfThoseMessagesThatCanBeRead() {
        Message first = message("{\"id\":\"A1\"}", "k1", 0);
        first.putUserProperties("trace", "t1");
        first.putUserProperties("attempt", "1");
        Message unreadable = message("no order", "k2", 1);
        unreadable.putUserProperties("trace", "t2");
        Message third = message("{\"id\":\"A3\"}", "", 2);
        third.putUserProperties("region", "north");
        third.putUserProperties("attempt", "3");

        Action action = consume("headers", first, unreadable, third);

        assertThat(action).isEqualTo(Action.ReconsumeLater);
        assertThat(outcomes.get(1)).isInstanceOf(ConsumeOutcome.DeadLetter.class);
        assertThat(outcomes).doesNotContainValue(ConsumeOutcome.retry()).containsKeys(0, 2);
        assertThat(got)
                .containsExactly(
                        List.of(new Order("A1"), new Order("A3")),
                        Arrays.asList("k1", null),
                        List.of(0L, 2L),
                        List.of(1, 3),
                        List.of("south", "north"),
                        Arrays.asList("t1", null),
                        "orders");
    }

    @Test
    void failsWhenHeaderIsNotOfTheTypeThatIsAskedFor() {
        Message message = message("{\"id\":\"A1\"}", "k1", 0);
        message.putUserProperties("attempt", "many");

        assertThat(consume("numbers", message)).isEqualTo(Action.ReconsumeLater);
        assertThat(got).isEmpty();
    }

    @Test
    void givesNothingForEmptyPayloadThatIsNotRequired() {
        Message message = message("", "k1", 0);
        ConsumeContext context = () -> "g";

        assertThat(pipeline("deleted", ListenerKind.CONCURRENT).consume(message, context))
                .isEqualTo(Action.CommitMessage);
        assertThat(got).containsExactly(null, "k1");
    }

    private Action consume(String method, Message... messages) {
        ConsumeContext context = new ConsumeContext() {

            @Override
            public String getGroupId() {
                return "g";
            }

            @Override
            public void setOutcome(int index, ConsumeOutcome outcome) {
                outcomes.put(index, outcome);
            }
        };
        return pipeline(method, ListenerKind.BATCH).consumeBatch(List.of(messages), context);
    }

    private static Message message(String body, String key, long offset) {
        Message message = new Message("orders", "", key, body.getBytes(UTF_8));
        message.setOffset(offset);
        message.setTopicPartition(new TopicPartition("orders", "broker-a", 0));
        return message;
    }

    private ListenerPipeline pipeline(String name, ListenerKind kind) {
        Method method = Arrays.stream(Listeners.class.getDeclaredMethods())
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow();
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        Map<String, String> properties = Map.of("${attempt.header}", "attempt", "${region.default}", "south");
        beans.addEmbeddedValueResolver(text -> properties.getOrDefault(text, text));
        ListenerTarget target = new MethodListenerFactory(
                        MessageMapper.json(JsonMapper.builder().build()), beans)
                .create(new Listeners(), method, kind);
        ConsumerConfig config =
                ConsumerConfig.builder(ClientConfig.of("127.0.0.1:9876"), "g").build();
        return new ListenerPipeline(name, target, ListenerServices.NONE, List.of(), config);
    }
}
