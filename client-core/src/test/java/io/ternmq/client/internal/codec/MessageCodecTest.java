package io.ternmq.client.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.TopicPartition;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {

    private static final MessageQueue QUEUE = new MessageQueue("orders", "b1", 2);

    @Test
    void bringsEverythingAcrossThatAnApplicationSets() {
        Message sent = new Message("orders", "create", "4711 4712", new byte[] {1, 2});
        sent.setMsgID("ID");
        sent.setShardingKey("customer-1");
        sent.setStartDeliverTime(1_763_637_600_000L);
        sent.putUserProperties("trace", "Grüße");

        Message received = MessageCodec.message(stored("orders", properties(sent), 3), QUEUE);

        assertThat(received.getTopic()).isEqualTo("orders");
        assertThat(received.getTag()).isEqualTo("create");
        assertThat(received.getKey()).isEqualTo("4711 4712");
        assertThat(received.getMsgID()).isEqualTo("ID");
        assertThat(received.getShardingKey()).isEqualTo("customer-1");
        assertThat(received.getStartDeliverTime()).isEqualTo(1_763_637_600_000L);
        assertThat(received.getUserProperties()).containsOnly(java.util.Map.entry("trace", "Grüße"));
        assertThat(received.getSystemProperties()).containsEntry("WAIT", "true");
        assertThat(received.getReconsumeTimes()).isEqualTo(3);
        assertThat(received.getOffset()).isEqualTo(7);
        assertThat(received.getBornTimestamp()).isEqualTo(10);
        assertThat(received.getStoreTimestamp()).isEqualTo(20);
        assertThat(received.getBornHost()).isEqualTo("127.0.0.1:1234");
        assertThat(received.getTopicPartition()).isEqualTo(new TopicPartition("orders", "b1", 2));
    }

    @Test
    void restoresTheTopicOfARetriedMessage() {
        Message message = MessageCodec.message(
                stored("%RETRY%g", "RETRY_TOPIC\u0001orders\u0002UNIQ_KEY\u0001ID\u0002", 1), QUEUE);

        assertThat(message.getTopic()).isEqualTo("orders");
        assertThat(message.getMsgID()).isEqualTo("ID");
    }

    @Test
    void leavesADeadLetterItsTopic() {
        Message message = MessageCodec.message(stored("%DLQ%g", "RETRY_TOPIC\u0001orders\u0002", 16), QUEUE);

        assertThat(message.getTopic()).isEqualTo("%DLQ%g");
    }

    @Test
    void fallsBackToTheOffsetIdForMessagesWithoutAnIdOfTheirOwn() {
        Message message = MessageCodec.message(stored("orders", "", 0), QUEUE);

        assertThat(message.getMsgID()).isEqualTo("7F000001000004D2000000000000002A");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "ä"})
    void refusesIllegalTopics(String topic) {
        assertIllegal(new Message(topic, "", new byte[1]), "topic");
    }

    @Test
    void refusesEmptyAndTooLargeMessages() {
        assertIllegal(new Message("orders", "", new byte[0]), "the message is empty");
        assertIllegal(new Message("orders", "", new byte[101]), "bytes=101, most=100");
    }

    @Test
    void refusesTopicsOfTheSystemWithCode16() {
        assertThatThrownBy(() -> MessageCodec.check(new Message("SCHEDULE_TOPIC_XXXX", "", new byte[1]), 100))
                .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(16);
    }

    @Test
    void refusesReservedNamesSeparatorsAndTooMuch() {
        assertIllegalProperty("TAGS", "x", "reserves: name=TAGS");
        assertIllegalProperty("a\u0001b", "x", "separator");
        assertIllegalProperty("a", "x\u0002", "separator");
        assertIllegalProperty("a", "x".repeat(40_000), "too large");
    }

    private static void assertIllegalProperty(String name, String value, String reason) {
        Message message = new Message("orders", "", new byte[1]);
        message.setMsgID("ID");
        message.putUserProperties(name, value);
        assertThatThrownBy(() -> properties(message))
                .hasMessageContaining(reason)
                .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(13);
    }

    private static void assertIllegal(Message message, String reason) {
        assertThatThrownBy(() -> MessageCodec.check(message, 100))
                .hasMessageContaining(reason)
                .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(13);
    }

    private static String properties(Message message) {
        return new String(MessageCodec.properties(message, Map.of()), StandardCharsets.UTF_8);
    }

    private static StoredMessage stored(String topic, String properties, int reconsumeTimes) {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234);
        return new StoredMessage(
                topic, 0, 0, 7, 42, 0, 10, host, 20, host, reconsumeTimes, 0, new byte[] {1, 2}, properties);
    }
}
