package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.test.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests, replied to from a listener, through a real broker. Each test uses a topic and groups of its own. */
class RequestReplyTest {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void answersARequestFromAListener() {
        Producer replier = producer("r1-replier");
        consume("r1", (message, context) -> {
            Message reply = new Message("", "answered", ("re: " + text(message)).getBytes(StandardCharsets.UTF_8));
            reply.putUserProperties("by", "listener");
            replier.reply(message, reply);
            return Action.CommitMessage;
        });
        Producer requester = producer("r1-requester");

        Message reply = requester.request(message("r1", "how much?"), Duration.ofSeconds(20));

        assertThat(text(reply)).isEqualTo("re: how much?");
        assertThat(reply.getTag()).isEqualTo("answered");
        assertThat(reply.getUserProperties("by")).isEqualTo("listener");
        assertThat(reply.getMsgID()).isNotBlank();
        assertThat(reply.getBornHost()).startsWith("127.0.0.1:");
        assertThat(reply.getStoreTimestamp()).isPositive();
    }

    @Test
    void givesEachOfManyRequestsItsOwnReplyWithoutBlocking() {
        Producer replier = producer("r2-replier");
        consume("r2", (message, context) -> {
            replier.replyAsync(message, new Message("", "", message.getBody()));
            return Action.CommitMessage;
        });
        Producer requester = producer("r2-requester");

        List<CompletableFuture<Message>> replies = IntStream.range(0, 50)
                .mapToObj(i -> requester.requestAsync(message("r2", "n" + i), Duration.ofSeconds(20)))
                .toList();

        for (int i = 0; i < replies.size(); i++) {
            assertThat(replies.get(i))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .extracting(RequestReplyTest::text)
                    .isEqualTo("n" + i);
        }
    }

    @Test
    void compressesALargeReply() {
        Producer replier = producer("r3-replier");
        consume("r3", (message, context) -> {
            replier.reply(message, new Message("", "", new byte[100_000]));
            return Action.CommitMessage;
        });

        Message reply = producer("r3-requester").request(message("r3", "?"), Duration.ofSeconds(20));

        assertThat(reply.getBody()).hasSize(100_000);
    }

    @Test
    void tellsTheRequesterThatNobodyHasReplied() {
        Producer requester = producer("r4");

        assertThatThrownBy(() -> requester.request(message("r4", "?"), Duration.ofMillis(300)))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("no reply has come in time: topic=r4")
                .hasMessageContaining("waited=300 ms");
    }

    @Test
    void tellsTheReplierThatNobodyWaitsAnyMore() throws Exception {
        Producer replier = producer("r5-replier");
        CompletableFuture<Message> received = new CompletableFuture<>();
        consume("r5", (message, context) -> {
            received.complete(message);
            return Action.CommitMessage;
        });
        ClientConfig other =
                ClientConfig.builder(BROKER.address()).instanceName("gone").build();
        Producer requester = MQFactory.createProducer(
                ProducerConfig.builder(other, "r5-requester").build());
        requester.start();
        CompletableFuture<Message> reply = requester.requestAsync(message("r5", "?"), Duration.ofSeconds(20));
        Message request = received.get(20, TimeUnit.SECONDS);
        requester.shutdown();

        // The broker may notice a moment later that the connection is gone.
        await().untilAsserted(() -> assertThatThrownBy(() -> replier.reply(request, new Message("", "", new byte[1])))
                .hasMessageContaining("nobody waits for the reply here")
                .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(1));
        assertThat(reply).isNotCompletedExceptionally();
    }

    @Test
    void refusesToReplyToAnOrdinaryMessage() throws Exception {
        Producer producer = producer("r6");
        CompletableFuture<Message> received = new CompletableFuture<>();
        consume("r6", (message, context) -> {
            received.complete(message);
            return Action.CommitMessage;
        });
        producer.send(message("r6", "plain"));
        Message plain = received.get(20, TimeUnit.SECONDS);

        assertThatThrownBy(() -> producer.reply(plain, new Message("", "", new byte[1])))
                .hasMessageContaining("it was not sent as a request: topic=r6")
                .asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(13);
    }

    @Test
    void failsARequestThatCannotBeSent() {
        Producer requester = producer("r7");

        assertThat(requester.requestAsync(new Message("r7", "", new byte[0]), Duration.ofSeconds(20)))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining("the message is empty");
        assertThatThrownBy(() -> requester.request(message("r7", "?"), Duration.ZERO))
                .hasMessageContaining("timeout=PT0S");
    }

    private Producer producer(String group) {
        Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(ClientConfig.of(BROKER.address()), group).build());
        opened.add(producer);
        producer.start();
        return producer;
    }

    private void consume(String topic, MessageListener listener) {
        Consumer consumer =
                MQFactory.createConsumer(ConsumerConfig.builder(ClientConfig.of(BROKER.address()), topic + "-consumer")
                        .startFrom(StartPosition.earliest())
                        .build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", listener);
        consumer.start();
    }

    private static Message message(String topic, String body) {
        return new Message(topic, "", body.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
