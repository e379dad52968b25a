package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import io.ternmq.interop.peer.TernMQServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients of TernMQ's executable go on without help when it is killed and started again. (So does the genuine 4.9.8, but not before
 * the 30 seconds are over that it gives a pull whose connection is lost.)
 */
@ExtendWith(InteropLab.Resolver.class)
class RestartedTernMQIT {
    private static final Duration RECOVERY = Duration.ofSeconds(60);

    private final InteropLab lab;

    RestartedTernMQIT(InteropLab lab) {
        this.lab = lab;
    }

    /** Whose client it is. */
    enum Client {
        TERNMQ,
        GENUINE_5_5_0
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void clientsGoOnAfterTheServerIsKilled(Client kind) {
        Messaging client = messaging(kind);
        List<Sent> acknowledged = new ArrayList<>();

        try (TernMQServer server = lab.ternmqServer()) {
            String topic = Topics.create(lab, server, 4);
            try (TestProducer producer =
                            client.producer(ProducerSettings.of(server.nameServer(), lab.name("producers")));
                    TestConsumer consumer =
                            client.consumer(ConsumerSettings.of(server.nameServer(), lab.name("consumers"), topic))) {
                for (int i = 0; i < 50; i++) {
                    acknowledged.add(producer.send(Outgoing.text(topic, "before " + i)));
                }

                server.killAndStartAgain();

                await("first send after the restart")
                        .atMost(RECOVERY)
                        .ignoreExceptions()
                        .until(() -> acknowledged.add(producer.send(Outgoing.text(topic, "first after"))));
                for (int i = 0; i < 50; i++) {
                    acknowledged.add(producer.send(Outgoing.text(topic, "after " + i)));
                }
                await("all that was acknowledged")
                        .atMost(RECOVERY)
                        .untilAsserted(() -> assertThat(places(consumer))
                                .containsAll(
                                        acknowledged.stream().map(Sent::place).toList()));
            }
        }
    }

    private static Set<String> places(TestConsumer consumer) {
        Set<String> places = new HashSet<>();
        for (Delivered message : consumer.received()) {
            places.add(message.place());
        }
        return places;
    }

    private Messaging messaging(Client kind) {
        return switch (kind) {
            case TERNMQ -> lab.ternmqClient();
            case GENUINE_5_5_0 -> lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
        };
    }
}
