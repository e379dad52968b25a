package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FilterTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 1).topic("%RETRY%g", 1);
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final List<Consumer> consumers = new ArrayList<>();

    @AfterEach
    void close() {
        consumers.forEach(Consumer::close);
        broker.close();
    }

    @Test
    void asksTheBrokerAboutAConditionAndPullsByIt() {
        broker.on(RequestCode.CHECK_CLIENT_CONFIG, request -> request.respond(Fields.empty()));
        Consumer consumer = consumer(MessageSelector.bySql("a > 1"));

        consumer.start();

        await().until(() -> pull() != null);
        assertThat(broker.codes().indexOf(RequestCode.CHECK_CLIENT_CONFIG))
                .isLessThan(broker.codes().indexOf(RequestCode.PULL_MESSAGE));
        assertThat(broker.received(RequestCode.CHECK_CLIENT_CONFIG)).hasSize(1);
        assertThat(broker.received(RequestCode.CHECK_CLIENT_CONFIG).get(0).body())
                .contains("\"group\":\"g\"", "\"subString\":\"a > 1\"", "\"expressionType\":\"SQL92\"");
        assertThat(broker.received(RequestCode.HEART_BEAT).get(0).body())
                .contains("\"subString\":\"a > 1\"", "\"expressionType\":\"SQL92\"");
        assertThat(pull().get("expressionType")).isEqualTo("SQL92");
    }

    @Test
    void deliversWhatTheBrokerHasSelected() {
        broker.on(RequestCode.CHECK_CLIENT_CONFIG, request -> request.respond(Fields.empty()));
        broker.commit("g", "orders", 0, 0);
        Consumer consumer = consumer(MessageSelector.bySql("a > 1"));
        consumer.start();

        broker.store("orders", 0, 0, "x".getBytes(StandardCharsets.UTF_8), "a\u00012\u0002");

        await().until(() -> received.contains("x"));
    }

    @Test
    void doesNotStartWithAConditionThatTheBrokerCannotRead() {
        broker.on(
                RequestCode.CHECK_CLIENT_CONFIG,
                request -> request.fail(ResponseCode.SUBSCRIPTION_PARSE_FAILED, "position=3"));
        Consumer consumer = consumer(MessageSelector.bySql("a >"));

        assertThatThrownBy(consumer::start)
                .isInstanceOfSatisfying(
                        MQClientException.class,
                        e -> assertThat(e.getResponseCode()).isEqualTo(23))
                .hasMessageContaining("position=3")
                .hasMessageContaining("expression=a >")
                .hasMessageContaining("correct the expression");
        assertThat(broker.received(RequestCode.PULL_MESSAGE)).isEmpty();
    }

    @Test
    void saysWhichSettingAGenuineBrokerLacks() {
        broker.on(
                RequestCode.CHECK_CLIENT_CONFIG,
                request -> request.fail(ResponseCode.SYSTEM_ERROR, "The broker does not support consumer to filter"));

        assertThatThrownBy(consumer(MessageSelector.bySql("a > 1"))::start)
                .hasMessageContaining("enablePropertyFilter=true");
    }

    @Test
    void keepsTheSubscriptionWhenAnotherOneIsRefused() {
        broker.commit("g", "orders", 0, 0);
        Consumer consumer = consumer(MessageSelector.byTag("a"));
        consumer.start();
        broker.on(
                RequestCode.CHECK_CLIENT_CONFIG,
                request -> request.fail(ResponseCode.SUBSCRIPTION_PARSE_FAILED, "position=3"));

        assertThatThrownBy(() -> consumer.subscribe("orders", MessageSelector.bySql("a >"), this::accept))
                .hasMessageContaining("position=3");

        broker.store("orders", 0, 0, "x".getBytes(StandardCharsets.UTF_8), "TAGS\u0001a\u0002");
        await().until(() -> received.contains("x"));
    }

    @Test
    void asksNobodyAboutTags() {
        consumer(MessageSelector.byTag(" ")).start();

        await().until(() -> pull() != null);
        assertThat(pull().get("expressionType")).isEqualTo("TAG");
        assertThat(broker.received(RequestCode.CHECK_CLIENT_CONFIG)).isEmpty();
    }

    @Test
    void refusesABlankCondition() {
        assertThatThrownBy(() -> MessageSelector.bySql(" ")).hasMessageContaining("blank");
        assertThat(MessageSelector.byTag(null)).isEqualTo(MessageSelector.byTag("*"));
    }

    private Fields pull() {
        return broker.received(RequestCode.PULL_MESSAGE).stream()
                .map(FakeBroker.Received::fields)
                .filter(fields -> fields.get("topic", "").equals("orders"))
                .findFirst()
                .orElse(null);
    }

    private Action accept(Message message, ConsumeContext context) {
        received.add(new String(message.getBody(), StandardCharsets.UTF_8));
        return Action.CommitMessage;
    }

    private Consumer consumer(MessageSelector selector) {
        Consumer consumer = MQFactory.createConsumer(
                ConsumerConfig.builder(broker.client(), "g").build());
        consumers.add(consumer);
        consumer.subscribe("orders", selector, this::accept);
        return consumer;
    }
}
