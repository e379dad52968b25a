package io.ternmq.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.SendResult;
import io.ternmq.spring.FakeProducer;
import io.ternmq.spring.support.MessageMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SendInterceptorTest {

    private final List<String> seen = new ArrayList<>();
    private final FakeProducer producer = new FakeProducer();

    private MessageTemplate template(SendInterceptor... interceptors) {
        return MessageTemplate.create(
                producer, MessageMapper.json(JsonMapper.builder().build()), List.of(interceptors));
    }

    private SendInterceptor named(String name) {
        return message -> {
            seen.add(name + " before " + message.getTopic());
            message.putUserProperties(name, "was here");
            return (result, failure) -> seen.add(name + " done " + (result == null ? null : result.getMessageId())
                    + (failure == null ? "" : " " + failure.getMessage()));
        };
    }

    @Test
    void firstIsOutermostAndMayAddProperties() {
        template(named("a"), named("b")).convertAndSend("orders", "x");

        assertThat(seen).containsExactly("a before orders", "b before orders", "b done id-1", "a done id-1");
        assertThat(producer.sent().get(0).getUserProperties("a")).isEqualTo("was here");
        assertThat(producer.sent().get(0).getUserProperties("b")).isEqualTo("was here");
    }

    @Test
    void seesAsynchronousAndOnewaySends() {
        template(named("a")).sendAsync("orders", "x").join();
        template(named("a")).sendOneway("orders", "x");

        assertThat(seen).containsExactly("a before orders", "a done id-1", "a before orders", "a done null");
    }

    @Test
    void learnsOfFailure() {
        producer.refuse(new MQClientException("no such topic"));

        assertThatThrownBy(() -> template(named("a")).convertAndSend("orders", "x"))
                .hasMessage("no such topic");
        assertThat(template(named("a")).sendAsync("orders", "x")).isCompletedExceptionally();
        assertThat(seen)
                .containsExactly(
                        "a before orders", "a done null no such topic", "a before orders", "a done null no such topic");
    }

    @Test
    void refusalOfOneEndsThoseBeforeItAndPreventsTheSend() {
        SendInterceptor refusing = message -> {
            throw new IllegalStateException("not allowed");
        };

        assertThatThrownBy(() -> template(named("a"), refusing).convertAndSend("orders", "x"))
                .hasMessage("not allowed");
        assertThat(seen).containsExactly("a before orders", "a done null not allowed");
        assertThat(producer.sent()).isEmpty();
    }

    @Test
    void exceptionAfterTheSendChangesNothing() {
        SendInterceptor failing = (Message message) -> (result, failure) -> {
            throw new IllegalStateException("broken");
        };

        SendResult result = template(named("a"), failing).convertAndSend("orders", "x");

        assertThat(result.getMessageId()).isEqualTo("id-1");
        assertThat(seen).containsExactly("a before orders", "a done id-1");
    }
}
