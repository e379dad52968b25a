package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may be sent, to the byte; what may not is refused before anything leaves. */
class LimitsTest {

    private static final int MAX_BODY = 4 * 1024 * 1024;
    private static final int MAX_PROPERTIES = 32_767;

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 1);
    private final Producer producer = MQFactory.createProducer(ProducerConfig.builder(broker.client(), "pg")
            .compression(Compression.NONE)
            .build());

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
    void takesBodiesOfOneByteToFourMebibytes() {
        producer.send(new Message("orders", "", new byte[1]));
        producer.send(new Message("orders", "", new byte[MAX_BODY]));

        assertThat(broker.stored("orders", 0))
                .extracting(stored -> stored.body().length)
                .containsExactly(1, MAX_BODY);
        assertRefused(new Message("orders", "", new byte[0]), "the message is empty: topic=orders");
        assertRefused(new Message("orders", "", new byte[MAX_BODY + 1]), "bytes=4194305, most=4194304");
    }

    @Test
    void takesPropertiesUpToTheirLimitInUtf8() {
        Message plain = new Message("orders", "", new byte[1]);
        producer.send(plain);
        int used = bytes(broker.stored("orders", 0).get(0).properties()) + "big".length() + 2;

        Message most = new Message("orders", "", new byte[1]);
        most.putUserProperties("big", "ü" + "x".repeat(MAX_PROPERTIES - used - 2));
        producer.send(most);

        assertThat(bytes(broker.stored("orders", 0).get(1).properties())).isEqualTo(MAX_PROPERTIES);
        Message tooMany = new Message("orders", "", new byte[1]);
        tooMany.putUserProperties("big", "ü" + "x".repeat(MAX_PROPERTIES - used - 1));
        assertRefused(tooMany, "properties are too large: topic=orders, bytes=32768, most=32767");
    }

    @Test
    void takesTopicsOfUpTo127LegalCharacters() {
        String longest = "aZ09_%-|" + "t".repeat(119);
        broker.topic(longest, 1);

        producer.send(new Message(longest, "", new byte[1]));

        assertThat(broker.stored(longest, 0)).hasSize(1);
        assertRefused(new Message(longest + "t", "", new byte[1]), "topic name is too long");
        for (String illegal : List.of("", " ", "a.b", "a/b", "a b", "ä", "a\n")) {
            assertRefused(new Message(illegal, "", new byte[1]), "topic name");
        }
    }

    @Test
    void takesAnyTextAsKey() {
        for (String key : List.of("4711", "4711 4712", "订单-7/Ä&=", "\uD83D\uDE00", "a\tb")) {
            producer.send(new Message("orders", "", key, new byte[1]));
            List<StoredMessage> stored = broker.stored("orders", 0);
            assertThat(MessageProperties.get(stored.get(stored.size() - 1).properties(), "KEYS"))
                    .isEqualTo(key);
        }
        assertRefused(new Message("orders", "", "a\u0001b", new byte[1]), "separator");
    }

    private void assertRefused(Message message, String reason) {
        int before = broker.received(RequestCode.SEND_MESSAGE_V2).size();
        assertThatThrownBy(() -> producer.send(message))
                .hasMessageContaining(reason)
                .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(13);
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).hasSize(before);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
