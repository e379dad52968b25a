package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.broker.file.DirectoryInUseException;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BrokerLifecycleTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(FlushMode.class)
    void keepsEverythingThroughARestart(FlushMode mode) throws Exception {
        BrokerConfig config =
                BrokerConfig.builder().dataDirectory(directory).flush(mode).build();
        GroupConfig group = new GroupConfig("g", true, true, true, false, 2, 3, 0, 1, true, 0, 15, Map.of(), null);
        try (Broker broker = Broker.start(config);
                TestClient client = new TestClient(broker.port())) {
            TopicRequests.create(client, "kept", 3, 6);
            for (int i = 0; i < 100; i++) {
                assertThat(client.send("kept", 1, "m" + i, Map.of()).code()).isZero();
            }
            client.call(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, Fields.empty(), JsonBodies.encode(group));
            client.call(RequestCode.UPDATE_CONSUMER_OFFSET, new UpdateOffsetHeader("g", "kept", 1, 42).encode());
            client.heartbeat("c", "other", SubscriptionData.ofTags("kept", "*", 1));
        }

        try (Broker broker = Broker.start(config);
                TestClient client = new TestClient(broker.port())) {
            assertThat(TestClient.decode(
                                    client.call(RequestCode.GET_TOPIC_CONFIG, Fields.of("topic", "kept")),
                                    TopicConfig.class)
                            .readQueueNums())
                    .isEqualTo(3);
            assertThat(TestClient.bodies(client.pullAll("g", "kept", 1, 98, 0))).containsExactly("m98", "m99");
            assertThat(committed(client)).isEqualTo(42);
            assertThat(TestClient.decode(
                                    client.call(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, Fields.of("group", "g")),
                                    GroupConfig.class)
                            .retryMaxTimes())
                    .isEqualTo(3);
            assertThat(client.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "%RETRY%other"))
                            .code())
                    .isZero();
            assertThat(client.send("kept", 1, "next", Map.of()).fields().requireLong("queueOffset"))
                    .isEqualTo(100);
        }
    }

    @Test
    void runsManyInOneJvm() throws IOException {
        try (Broker first = Broker.start();
                Broker second = Broker.start();
                TestClient one = new TestClient(first.port());
                TestClient two = new TestClient(second.port())) {
            one.send("only-here", "x");

            assertThat(two.call(RequestCode.GET_ROUTEINFO_BY_TOPIC, Fields.of("topic", "only-here"))
                            .code())
                    .isEqualTo(17);
        }
    }

    @Test
    void saysInOneSentenceThatThePortIsInUse() throws IOException {
        try (Broker first = Broker.start()) {
            BrokerConfig same = BrokerConfig.builder().port(first.port()).build();

            assertThatThrownBy(() -> Broker.start(same))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + first.port())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void leavesNothingOpenWhenItCannotStart() throws IOException {
        BrokerConfig wanted;
        try (Broker first = Broker.start()) {
            wanted = BrokerConfig.builder()
                    .dataDirectory(directory)
                    .port(first.port())
                    .build();
            assertThatThrownBy(() -> Broker.start(wanted)).isInstanceOf(IOException.class);
        }

        try (Broker second = Broker.start(wanted)) {
            assertThat(second.port()).isEqualTo(wanted.transport().port());
        }
    }

    @Test
    void refusesADirectoryThatAnotherBrokerUses() throws IOException {
        BrokerConfig config = BrokerConfig.builder().dataDirectory(directory).build();
        try (Broker first = Broker.start(config)) {
            assertThat(first.dataDirectory()).isEqualTo(directory);
            assertThatThrownBy(() -> Broker.start(config))
                    .isInstanceOf(DirectoryInUseException.class)
                    .hasMessageContaining(directory.toString());
        }
    }

    @Test
    void refusesToListenBeyondThisMachineUnlessAllowedByName() throws IOException {
        assertThatThrownBy(() ->
                        Broker.start(BrokerConfig.builder().listen("0.0.0.0").build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allow-unauthenticated");
    }

    @Test
    void deletesItsTemporaryDirectory() throws IOException {
        Broker broker = Broker.start();
        Path temporary = broker.dataDirectory();
        assertThat(temporary).isDirectory();

        broker.close();
        broker.close();

        assertThat(Files.exists(temporary)).isFalse();
    }

    private static long committed(TestClient client) throws CommandException {
        return client.call(RequestCode.QUERY_CONSUMER_OFFSET, new QueryOffsetHeader("g", "kept", 1, false).encode())
                .fields()
                .requireLong("offset");
    }
}
