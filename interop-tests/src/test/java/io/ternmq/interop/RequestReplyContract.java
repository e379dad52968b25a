package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineProducer;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TernMQ's client and genuine ones ask each other and reply, whatever the broker. */
@ExtendWith(InteropLab.Resolver.class)
abstract class RequestReplyContract {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final InteropLab lab;
    private final BrokerTarget broker;

    RequestReplyContract(InteropLab lab, BrokerTarget broker) {
        this.lab = lab;
        this.broker = broker;
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void ourRequestIsAnsweredByAGenuineConsumer(GenuineVersion version) throws Exception {
        String topic = Topics.create(lab, broker, 2);
        try (AutoCloseable replier = genuine(version)
                        .replier(ConsumerSettings.of(broker.nameServer(), lab.name("repliers"), topic));
                Producer requester = producer("requesters")) {
            assertThat(replier).isNotNull();

            Message reply = requester.request(message(topic, "größer?"), TIMEOUT);

            assertThat(new String(reply.getBody(), StandardCharsets.UTF_8)).isEqualTo("re: größer?");
        }
    }

    @ParameterizedTest
    @EnumSource(GenuineVersion.class)
    void aGenuineRequestIsAnsweredByOurListener(GenuineVersion version) {
        String topic = Topics.create(lab, broker, 2);
        try (Producer replier = producer("repliers");
                Consumer consumer = MQFactory.createConsumer(ConsumerConfig.builder(client(), lab.name("consumers"))
                        .startFrom(StartPosition.earliest())
                        .build());
                GenuineProducer requester = genuine(version)
                        .genuineProducer(ProducerSettings.of(broker.nameServer(), lab.name("asking")))) {
            consumer.subscribe(topic, "*", (request, context) -> {
                String text = "re: " + new String(request.getBody(), StandardCharsets.UTF_8);
                replier.reply(request, message("", text));
                return Action.CommitMessage;
            });
            consumer.start();

            assertThat(requester.request(Outgoing.text(topic, "größer?"), TIMEOUT))
                    .isEqualTo("re: größer?");
        }
    }

    private GenuineClient genuine(GenuineVersion version) {
        return lab.genuineClient(version, HeaderEncoding.JSON);
    }

    private ClientConfig client() {
        return ClientConfig.builder(broker.nameServer())
                .instanceName(lab.name("instance"))
                .build();
    }

    private Producer producer(String kind) {
        Producer producer = MQFactory.createProducer(ProducerConfig.builder(client(), lab.name(kind))
                .sendTimeout(Duration.ofSeconds(20))
                .build());
        producer.start();
        return producer;
    }

    private static Message message(String topic, String text) {
        return new Message(topic, "", text.getBytes(StandardCharsets.UTF_8));
    }
}
