package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.ConsumeDirectlyResult;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.ConsumerStatus;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueOffsets;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperatorRequestsTest {
    private static final MessageQueue QUEUE = new MessageQueue("t", "b", 0);

    private final FakeConsumer consumer = new FakeConsumer();
    private final OperatorRequests requests = new OperatorRequests(group -> group.equals("here") ? consumer : null);

    @AfterEach
    void close() {
        requests.close();
    }

    @Test
    void tellsWhatAConsumerIsDoingWithOrWithoutStacks() throws Exception {
        Fields.Builder who = Fields.builder().put("consumerGroup", "here").put("clientId", "id");
        Command plain = serve(RequestCode.GET_CONSUMER_RUNNING_INFO, who.build(), Unpooled.EMPTY_BUFFER);
        Command withStacks = serve(
                RequestCode.GET_CONSUMER_RUNNING_INFO,
                Fields.builder()
                        .put("consumerGroup", "here")
                        .put("jstackEnable", true)
                        .build(),
                Unpooled.EMPTY_BUFFER);

        assertThat(JsonBodies.decodeWithObjectKeys(plain.body(), ConsumerRunningInfo.class))
                .isEqualTo(consumer.runningInfo());
        assertThat(JsonBodies.decodeWithObjectKeys(withStacks.body(), ConsumerRunningInfo.class)
                        .jstack())
                .contains("STATE: RUNNABLE", getClass().getName());
    }

    @Test
    void handsAMessageToTheListener() throws Exception {
        StoredMessage message = message();
        ByteBuffer record = ByteBuffer.allocate(message.encodedSize());
        message.writeTo(record);
        Fields fields = Fields.builder()
                .put("consumerGroup", "here")
                .put("brokerName", "b")
                .build();

        Command answer = serve(RequestCode.CONSUME_MESSAGE_DIRECTLY, fields, Unpooled.wrappedBuffer(record.flip()));

        assertThat(JsonBodies.decode(answer.body(), ConsumeDirectlyResult.class).remark())
                .isEqualTo("got hello of b");
        assertThat(serve(RequestCode.CONSUME_MESSAGE_DIRECTLY, fields, Unpooled.copyInt(7))
                        .code())
                .isEqualTo(1);
    }

    @Test
    void tellsWhereItStandsAndGoesElsewhere() throws Exception {
        Fields fields = Fields.builder().put("topic", "t").put("group", "here").build();

        Command answer = serve(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, fields, Unpooled.EMPTY_BUFFER);
        serve(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, fields, JsonBodies.encode(new QueueOffsets(Map.of(QUEUE, 3L))));

        assertThat(JsonBodies.decodeWithObjectKeys(answer.body(), ConsumerStatus.class)
                        .messageQueueTable())
                .isEqualTo(Map.of(QUEUE, 9L));
        assertThat(consumer.movedTo).isEqualTo(Map.of(QUEUE, 3L));
    }

    @Test
    void refusesForGroupsThatAreNotHere() throws Exception {
        Command answer = serve(
                RequestCode.GET_CONSUMER_RUNNING_INFO, Fields.of("consumerGroup", "elsewhere"), Unpooled.EMPTY_BUFFER);

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.remark()).contains("elsewhere");
    }

    @Test
    void leavesOtherRequestsToOthers() {
        assertThat(requests.serve(Command.request(RequestCode.HEART_BEAT, 1, Fields.empty())))
                .isNull();
    }

    private Command serve(RequestCode code, Fields fields, ByteBuf body) throws Exception {
        try (Command request = Command.request(code, 1, fields, body, HeaderFormat.JSON)) {
            CompletableFuture<@Nullable Command> answer = requests.serve(request);
            assertThat(answer).isNotNull();
            return answer.get(30, TimeUnit.SECONDS);
        }
    }

    private static StoredMessage message() {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new StoredMessage(
                "t", 0, 0, 5, 6, 0, 1, host, 2, host, 0, 0, "hello".getBytes(StandardCharsets.UTF_8), "");
    }

    private static final class FakeConsumer implements GroupMember, Operable {
        private Map<MessageQueue, Long> movedTo = Map.of();

        @Override
        public Operable operable() {
            return this;
        }

        @Override
        public ConsumerRunningInfo runningInfo() {
            return new ConsumerRunningInfo(Map.of("a", "b"), Set.of(), Map.of(), Map.of(), null);
        }

        @Override
        public ConsumeDirectlyResult consumeNow(StoredMessage message, String brokerName) {
            String text = "got " + new String(message.body(), StandardCharsets.UTF_8) + " of " + brokerName;
            return new ConsumeDirectlyResult(false, true, ConsumeDirectlyResult.SUCCESS, text, 1);
        }

        @Override
        public Map<MessageQueue, Long> positions(String topic) {
            return Map.of(QUEUE, 9L);
        }

        @Override
        public void moveTo(Map<MessageQueue, Long> offsets) {
            movedTo = offsets;
        }

        @Override
        public ConsumerData describe() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void rebalanceSoon() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean subscribesTo(String topic) {
            throw new UnsupportedOperationException();
        }
    }
}
