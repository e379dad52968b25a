package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderProducerTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 4).topic("line", 1);
    private final OrderProducer producer = MQFactory.createOrderProducer(
            ProducerConfig.builder(broker.client(), "pg").build());

    @BeforeEach
    void start() {
        producer.start();
    }

    @AfterEach
    void close() {
        producer.close();
        broker.close();
    }

    @Test
    void sendsMessagesOfAKeyToTheQueueThatTheOnsSdkWouldChoose() {
        for (String key : List.of("order-1", "order-2", "customer 17", "Größe")) {
            int expected = Math.abs(key.hashCode()) % 4;

            SendResult first = producer.send(message("orders", 1), key);
            SendResult second = producer.send(message("orders", 2), key);

            assertThat(List.of(first, second))
                    .extracting(result -> result.getTopicPartition().queueId())
                    .containsOnly(expected);
            assertThat(second.getOffset()).isEqualTo(first.getOffset() + 1);
        }
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2))
                .extracting(send -> MessageProperties.get(send.fields().get("i", ""), "__SHARDINGKEY"))
                .contains("order-1", "order-2", "customer 17", "Größe");
    }

    @Test
    void everyProducerSendsAMessageWithAShardingKeyToTheQueueOfTheKey() throws Exception {
        try (Producer ordinary = MQFactory.createProducer(
                ProducerConfig.builder(broker.client(), "ordinary").build())) {
            ordinary.start();
            for (String key : List.of("order-1", "order-2", "customer 17", "Größe")) {
                Message waited = message("orders", 1);
                waited.setShardingKey(key);
                Message notWaited = message("orders", 2);
                notWaited.setShardingKey(key);

                assertThat(List.of(
                                ordinary.send(waited),
                                ordinary.sendAsync(notWaited).get(30, TimeUnit.SECONDS)))
                        .extracting(result -> result.getTopicPartition().queueId())
                        .containsOnly(Math.abs(key.hashCode()) % 4);
            }
        }
    }

    @Test
    void countsQueuesBrokerByBroker() {
        try (FakeBroker other = new FakeBroker("a1")) {
            broker.route("both", 2, Map.of("b1", broker.address(), "a1", other.address()));

            List<String> partitions = IntStream.range(0, 4)
                    .mapToObj(i -> Character.toString((char) ('d' + i)))
                    .map(key -> producer.send(message("both", 1), key)
                            .getTopicPartition()
                            .getPartition())
                    .toList();

            assertThat(partitions).containsExactly("a1#0", "a1#1", "b1#0", "b1#1");
        }
    }

    @Test
    void takesTheFirstQueueForTheKeyWhoseHashHasNoAbsoluteValue() {
        assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);

        SendResult result = producer.send(message("orders", 1), "polygenelubricants");

        assertThat(result.getTopicPartition().queueId()).isZero();
    }

    @Test
    void keepsTheOrderOfSendsThatShareRequests() {
        producer.send(message("line", 0), "k");
        broker.pauseSends();

        List<CompletableFuture<SendResult>> sends = IntStream.range(1, 500)
                .mapToObj(i -> producer.sendAsync(message("line", i), "key-" + i % 7))
                .toList();
        broker.resumeSends();

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(broker.stored("line", 0))
                .as("one queue keeps the order of all keys")
                .extracting(OrderProducerTest::number)
                .isEqualTo(IntStream.range(0, 500).boxed().toList());
        assertThat(broker.received(RequestCode.SEND_BATCH_MESSAGE)).isNotEmpty();
    }

    @Test
    void neverTriesAnotherQueue() {
        for (ResponseCode refusal : List.of(ResponseCode.SYSTEM_BUSY, ResponseCode.SERVICE_NOT_AVAILABLE)) {
            broker.on(RequestCode.SEND_MESSAGE_V2, request -> request.fail(refusal, "not now"));

            assertThatThrownBy(() -> producer.send(message("orders", 1), "k"))
                    .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                    .extracting(MQClientException::getResponseCode)
                    .isEqualTo(refusal.number());
        }
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).hasSize(2);
    }

    @Test
    void failsAtOnceWhenTheConnectionBreaks() {
        producer.send(message("orders", 1), "k");
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> {
            broker.dropConnections();
            return null;
        });

        assertThatThrownBy(() -> producer.send(message("orders", 2), "k"))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("may have been stored all the same");
        broker.asUsual(RequestCode.SEND_MESSAGE_V2);
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).hasSize(2);
    }

    @Test
    void refusesABlankKey() {
        assertThatThrownBy(() -> producer.send(message("orders", 1), " "))
                .hasMessageContaining("has no sharding key: topic=orders")
                .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(13);
        assertThat(producer.sendAsync(message("orders", 1), "")).isCompletedExceptionally();
    }

    @Test
    void tellsThatATopicIsMissing() {
        assertThatThrownBy(() -> producer.send(message("absent", 1), "k"))
                .hasMessageContaining("topic does not exist: topic=absent");
    }

    private static Message message(String topic, int number) {
        return new Message(
                topic, "", ByteBuffer.allocate(2).putShort((short) number).array());
    }

    private static int number(StoredMessage stored) {
        return ByteBuffer.wrap(stored.body()).getShort();
    }
}
