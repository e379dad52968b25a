package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.FoundMessage;
import io.ternmq.client.admin.MessagePage;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Finding messages of the embedded broker by key, id and time. */
class MessageQueryIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String topic = "queried-" + NAMES.incrementAndGet();
    private AdminClient admin;
    private Producer producer;

    @BeforeEach
    void open() {
        ClientConfig client = ClientConfig.of(BROKER.address());
        admin = AdminClient.create(client);
        admin.createTopic(TopicSpec.of(topic, 4));
        producer = MQFactory.createProducer(
                ProducerConfig.builder(client, "querying-" + NAMES.get()).build());
        producer.start();
    }

    @AfterEach
    void close() {
        producer.shutdown();
        admin.close();
    }

    @Test
    void findsByKey() {
        SendResult first = send("one", "4711 4712");
        send("two", "4713");
        SendResult third = send("three", "4712");

        List<FoundMessage> found = admin.queryByKey(topic, "4712");

        assertThat(found).extracting(MessageQueryIT::body).containsExactly("one", "three");
        Message message = found.get(0).message();
        assertThat(message.getMsgID()).isEqualTo(first.getMessageId());
        assertThat(message.getTopic()).isEqualTo(topic);
        assertThat(message.getTag()).isEqualTo("t");
        assertThat(message.getKey()).isEqualTo("4711 4712");
        assertThat(message.getTopicPartition()).isEqualTo(first.getTopicPartition());
        assertThat(message.getOffset()).isEqualTo(first.getOffset());
        assertThat(found.get(0).storedAt().toEpochMilli()).isEqualTo(message.getStoreTimestamp());
        assertThat(found.get(1).message().getMsgID()).isEqualTo(third.getMessageId());
        assertThat(admin.queryByKey(topic, "471")).isEmpty();
        assertThat(admin.queryByKey("not-there", "4712")).isEmpty();
    }

    @Test
    void findsTheNewestOfAKeyInATimeRange() {
        for (int i = 0; i < 70; i++) {
            send("m" + i, "k");
        }

        assertThat(admin.queryByKey(topic, "k"))
                .hasSize(64)
                .last()
                .satisfies(last -> assertThat(body(last)).isEqualTo("m69"));
        assertThat(admin.queryByKey(topic, "k", Instant.EPOCH, Instant.now(), 2))
                .extracting(MessageQueryIT::body)
                .containsExactly("m68", "m69");
        Instant first = admin.queryByTime(topic, Instant.EPOCH, Instant.MAX, 1)
                .messages()
                .get(0)
                .storedAt();
        assertThat(admin.queryByKey(topic, "k", Instant.EPOCH, first.minusMillis(1), 64))
                .isEmpty();
        assertThat(admin.queryByKey(topic, "k", Instant.EPOCH, first, 64))
                .extracting(MessageQueryIT::body)
                .contains("m0");
        assertThatThrownBy(() -> admin.queryByKey(topic, "k", Instant.EPOCH, Instant.MAX, 65))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("limit=65");
    }

    @Test
    void findsByBothKindsOfId() {
        SendResult sent = send("one", "");
        send("two", "");

        FoundMessage found = admin.queryById(topic, sent.getMessageId()).orElseThrow();

        assertThat(body(found)).isEqualTo("one");
        assertThat(found.offsetMessageId()).isNotEqualTo(sent.getMessageId());
        assertThat(admin.queryById(topic, found.offsetMessageId()))
                .get()
                .extracting(MessageQueryIT::body)
                .isEqualTo("one");
        assertThat(admin.queryByUniqueKey(topic, sent.getMessageId()))
                .extracting(FoundMessage::offsetMessageId)
                .containsExactly(found.offsetMessageId());
        assertThat(admin.queryByUniqueKey(topic, found.offsetMessageId())).isEmpty();
        assertThat(admin.queryById(topic, "no id at all")).isEmpty();
        String elsewhere = found.offsetMessageId().substring(0, 16) + "00000000FFFFFFFF";
        assertThat(admin.queryById(topic, elsewhere)).isEmpty();
        assertThat(admin.queryById("not-there", sent.getMessageId())).isEmpty();
    }

    @Test
    void pagesThroughATimeRange() {
        List<String> sent = IntStream.range(0, 105).mapToObj(i -> "m" + i).toList();
        sent.forEach(body -> send(body, ""));

        List<FoundMessage> found = new ArrayList<>();
        MessagePage page = admin.queryByTime(topic, Instant.EPOCH, Instant.MAX, 10);
        int pages = 1;
        found.addAll(page.messages());
        while (!page.last()) {
            assertThat(page.messages()).hasSize(10);
            page = admin.queryByTime(topic, Instant.EPOCH, Instant.MAX, page.next(), 10);
            found.addAll(page.messages());
            pages++;
        }

        assertThat(found).extracting(MessageQueryIT::body).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(found).extracting(FoundMessage::storedAt).isSorted();
        assertThat(pages).isEqualTo(11);
        send("later", "");
        assertThat(admin.queryByTime(topic, Instant.EPOCH, Instant.MAX, page.next(), 10)
                        .messages())
                .as("goes on where the last page ended")
                .extracting(MessageQueryIT::body)
                .containsExactly("later");
    }

    @Test
    void findsNothingOutsideATimeRange() {
        send("before", "");
        Instant stored = admin.queryByTime(topic, Instant.EPOCH, Instant.MAX, 1)
                .messages()
                .get(0)
                .storedAt();

        assertThat(admin.queryByTime(topic, stored, stored, 10).messages()).hasSize(1);
        assertThat(admin.queryByTime(topic, stored.plusMillis(1), Instant.MAX, 10))
                .satisfies(page -> assertThat(page.messages()).isEmpty())
                .satisfies(page -> assertThat(page.last()).isTrue());
        assertThat(admin.queryByTime(topic, Instant.EPOCH, stored.minusMillis(1), 10)
                        .messages())
                .isEmpty();
        assertThat(admin.queryByTime("not-there", Instant.EPOCH, Instant.MAX, 10))
                .isEqualTo(new MessagePage(List.of(), Map.of(), true));
        assertThatThrownBy(() -> admin.queryByTime(topic, stored, stored, 0)).hasMessageContaining("limit=0");
    }

    private SendResult send(String body, String key) {
        return producer.send(new Message(topic, "t", key, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String body(FoundMessage found) {
        return new String(found.message().getBody(), StandardCharsets.UTF_8);
    }
}
