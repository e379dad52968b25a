package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.PATIENCE;
import static io.ternmq.stream.StreamApplication.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.test.EmbeddedBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.binder.PollableMessageSource;
import org.springframework.cloud.stream.binder.RequeueCurrentMessageException;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.StaticMessageHeaderAccessor;
import org.springframework.integration.acks.AcknowledgmentCallback;
import org.springframework.integration.acks.AcknowledgmentCallback.Status;
import org.springframework.messaging.MessageHandler;

/** Inputs that the application polls. */
class PolledIT {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    private ConfigurableApplicationContext application;
    private final List<String> seen = new ArrayList<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @BeforeEach
    void start() {
        application = application();
    }

    private ConfigurableApplicationContext application() {
        return StreamApplication.start(
                broker,
                Application.class,
                "spring.cloud.stream.pollable-source=polled",
                "spring.cloud.stream.bindings.polled-in-0.destination=polls",
                "spring.cloud.stream.bindings.polled-in-0.group=pollers",
                "spring.cloud.stream.bindings.polled-in-0.consumer.max-attempts=1",
                "spring.cloud.stream.ternmq.bindings.polled-in-0.consumer.queues=1",
                "spring.cloud.stream.ternmq.bindings.polled-in-0.consumer.poll-timeout=20ms",
                "spring.cloud.stream.ternmq.bindings.polled-in-0.consumer.on-failure=dead_letter");
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private void send(String... texts) {
        for (String text : texts) {
            application.getBean(StreamBridge.class).send("polls", text);
        }
    }

    private boolean poll(MessageHandler handler) {
        return application.getBean(PollableMessageSource.class).poll(message -> {
            seen.add(new String((byte[]) message.getPayload()));
            handler.handleMessage(message);
        });
    }

    private void pollUntil(int count, MessageHandler handler) {
        await().atMost(PATIENCE).until(() -> {
            poll(handler);
            return seen.size() >= count;
        });
    }

    @Test
    void eachPollGetsMessageAndItsProgressIsKept() {
        send("1", "2", "3");
        pollUntil(2, message -> {});
        application.close();

        application = application();
        pollUntil(3, message -> {});

        assertThat(seen).containsExactly("1", "2", "3");
        assertThat(poll(message -> {})).isFalse();
    }

    @Test
    void requeuedMessageComesAgain() {
        send("1", "2");
        pollUntil(1, message -> {
            throw new RequeueCurrentMessageException("later");
        });
        pollUntil(3, message -> {});

        assertThat(seen).containsExactly("1", "1", "2");
    }

    @Test
    void failedMessageIsDeadLetterAndTheNextOneFollows() {
        send("1", "2");
        pollUntil(1, message -> {
            throw new IllegalStateException("no good");
        });
        pollUntil(2, message -> {});

        assertThat(seen).containsExactly("1", "2");
        assertThat(read(broker, "polls-pollers-dlq", 1).get(0).getUserProperties("dead-letter-reason"))
                .isEqualTo("no good");
    }

    @Test
    void progressIsNotKeptWhileSomethingWaitsForItsAcknowledgement() {
        send("1", "2");
        List<AcknowledgmentCallback> open = new ArrayList<>();
        pollUntil(2, message -> {
            AcknowledgmentCallback acknowledgement =
                    Objects.requireNonNull(StaticMessageHeaderAccessor.getAcknowledgmentCallback(message));
            acknowledgement.noAutoAck();
            open.add(acknowledgement);
        });
        open.get(1).acknowledge(Status.ACCEPT);
        application.close();

        application = application();
        pollUntil(4, message -> {});
        assertThat(seen).containsExactly("1", "2", "1", "2");
    }

    @Test
    void rejectedMessageIsDeadLetterToo() {
        send("1");
        pollUntil(
                1,
                message -> Objects.requireNonNull(StaticMessageHeaderAccessor.getAcknowledgmentCallback(message))
                        .acknowledge(Status.REJECT));

        assertThat(read(broker, "polls-pollers-dlq", 1)).hasSize(1);
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.address()))) {
            await().atMost(PATIENCE).until(() -> {
                poll(message -> {});
                return admin.progress("pollers", "polls").lag("polls") == 0;
            });
        }
        assertThat(seen).containsExactly("1");
    }
}
