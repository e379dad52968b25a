package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.header.PopResultHeader;
import io.ternmq.protocol.message.StoredMessage;
import io.ternmq.test.EmbeddedBroker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a real broker makes of what is said about leases. */
class PopRequestsIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final String TOPIC = "leased";
    private static final String GROUP = "holder";
    private static final long LEASE_MILLIS = 60_000;

    private final ClientRegistry registry = new ClientRegistry();
    private final ClientInstance client = registry.acquire(ClientConfig.of(BROKER.address()));
    private final PopRequests requests =
            new PopRequests(client, GROUP, StartPosition.earliest(), LEASE_MILLIS, new GiveUp(client, GROUP, 16));

    @AfterEach
    void close() {
        registry.release(client);
    }

    @Test
    void aMessageWhoseLeaseIsProlongedDoesNotNoticeThatTimeIsMadeToPassUntilItIsGivenBack() throws Exception {
        send("long work");
        PoppedMessage message = pop();

        message.prolong(System.nanoTime(), handle -> requests.prolong(message, handle));
        message.handle().join();
        BROKER.advanceTimers(Duration.ofDays(1));

        assertThat(BROKER.group(GROUP).unhandled()).hasSize(1);
        assertThat(BROKER.group(GROUP).retries().now()).isEmpty();
        // The third failure in a row waits for as long as the usual lease lasts.
        assertThatCode(() -> requests.again(message, LEASE_MILLIS).join()).doesNotThrowAnyException();
        assertThat(BROKER.group(GROUP).unhandled()).isEmpty();
        assertThat(BROKER.group(GROUP).retries().now()).hasSize(1);
    }

    private static void send(String text) {
        try (Producer producer =
                MQFactory.createProducer(ProducerConfig.builder(ClientConfig.of(BROKER.address()), "sender")
                        .build())) {
            producer.start();
            producer.send(new Message(TOPIC, "", text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private PoppedMessage pop() throws Exception {
        String brokerName =
                client.routes().forReceiving(TOPIC).join().readQueues().get(0).brokerName();
        Reply reply = requests.pop(BROKER.address(), SubscriptionData.ofTags(TOPIC, "*", 0), 1)
                .join();
        PopResultHeader result = PopResultHeader.decode(reply.fields());
        StoredMessage stored = StoredMessage.readFrom(ByteBuffer.wrap(reply.body()));
        PopHandle handle = new PopHandle(
                stored.queueOffset(),
                result.popTime(),
                result.invisibleMillis(),
                result.reviveQueue(),
                0,
                brokerName,
                stored.queueId(),
                stored.queueOffset());
        return new PoppedMessage(
                TOPIC,
                BROKER.address(),
                stored,
                handle,
                System.nanoTime(),
                Duration.ofMillis(LEASE_MILLIS).toNanos());
    }
}
