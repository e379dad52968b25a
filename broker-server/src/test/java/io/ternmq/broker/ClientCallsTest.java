package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ConsumerStatus;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.SubscriptionData;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The broker asks consumers something for an operator, over real sockets. */
class ClientCallsTest {
    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient operator = broker.connect();
    private final TestClient consumer = broker.connect();

    @Test
    void passesARunningInfoOnUntouched() throws Exception {
        consumer.heartbeat("the-id", "informing", SubscriptionData.ofTags("t", "*", 1));
        Fields fields = who("informing").put("jstackEnable", true).build();

        CompletableFuture<Command> answer =
                operator.start(RequestCode.GET_CONSUMER_RUNNING_INFO.number(), fields, new byte[0]);
        Command asked = request(RequestCode.GET_CONSUMER_RUNNING_INFO);
        assertThat(asked.isOneway()).isFalse();
        assertThat(asked.fields().getBoolean("jstackEnable")).isTrue();
        consumer.answer(asked, ResponseCode.SUCCESS, "fine", bytes("{whatever}"));

        Command passed = TestClient.join(answer);
        assertThat(passed.code()).isZero();
        assertThat(passed.remark()).isEqualTo("fine");
        assertThat(passed.body().toString(StandardCharsets.UTF_8)).isEqualTo("{whatever}");
    }

    @Test
    void handsAStoredMessageToAConsumer() throws Exception {
        Command sent = operator.send("direct", "the body");
        consumer.heartbeat("the-id", "direct-group", SubscriptionData.ofTags("direct", "*", 1));
        Fields fields =
                who("direct-group").put("msgId", sent.fields().require("msgId")).build();

        CompletableFuture<Command> answer =
                operator.start(RequestCode.CONSUME_MESSAGE_DIRECTLY.number(), fields, new byte[0]);
        Command asked = request(RequestCode.CONSUME_MESSAGE_DIRECTLY);
        assertThat(asked.fields().get("brokerName")).isEqualTo("ternmq");
        assertThat(TestClient.bodies(asked)).containsExactly("the body");
        consumer.answer(asked, ResponseCode.SYSTEM_ERROR, "no", Unpooled.EMPTY_BUFFER);

        assertThat(TestClient.join(answer).remark()).isEqualTo("no");
        Fields unknown = who("direct-group")
                .put("msgId", "7F0000010000000100000000FFFFFFFF")
                .build();
        assertThat(operator.call(RequestCode.CONSUME_MESSAGE_DIRECTLY, unknown).remark())
                .contains("not stored here");
    }

    @Test
    void collectsWhereConsumersStand() throws Exception {
        MessageQueue queue = new MessageQueue("t", "ternmq", 0);
        consumer.heartbeat("the-id", "standing", SubscriptionData.ofTags("t", "*", 1));
        Fields fields =
                Fields.builder().put("topic", "t").put("group", "standing").build();

        CompletableFuture<Command> answer =
                operator.start(RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS.number(), fields, new byte[0]);
        consumer.answer(
                request(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT),
                ResponseCode.SUCCESS,
                null,
                JsonBodies.encode(new ConsumerStatus(Map.of(queue, 5L), Map.of())));

        assertThat(TestClient.decode(TestClient.join(answer), ConsumerStatus.class)
                        .consumerTable())
                .isEqualTo(Map.of("the-id", Map.of(queue, 5L)));
        assertThat(operator.call(
                                RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
                                Fields.builder()
                                        .put("topic", "t")
                                        .put("group", "nobody")
                                        .build())
                        .code())
                .isEqualTo(206);
    }

    @Test
    void saysThatAConsumerIsNotOnlineOrHasGoneMeanwhile() throws Exception {
        assertThat(operator.call(
                                RequestCode.GET_CONSUMER_RUNNING_INFO,
                                who("leaving").build())
                        .remark())
                .contains("not online");
        consumer.heartbeat("the-id", "leaving", SubscriptionData.ofTags("t", "*", 1));

        CompletableFuture<Command> answer = operator.start(
                RequestCode.GET_CONSUMER_RUNNING_INFO.number(), who("leaving").build(), new byte[0]);
        request(RequestCode.GET_CONSUMER_RUNNING_INFO);
        consumer.close();

        Command gone = TestClient.join(answer);
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.remark()).contains("the-id");
    }

    /** Members are told of each other, too; that is not what is looked for. */
    private Command request(RequestCode code) {
        Command pushed = consumer.pushed();
        while (pushed.code() != code.number()) {
            pushed = consumer.pushed();
        }
        return pushed;
    }

    private static Fields.Builder who(String group) {
        return Fields.builder().put("consumerGroup", group).put("clientId", "the-id");
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
