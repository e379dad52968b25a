package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ternmq.broker.schedule.DelayLevels;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.KeyValueTable;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients and operators see when messages become old and volumes full. */
class RetentionAndSpaceTest {
    private static final Duration RETENTION = Duration.ofHours(10);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong now = new AtomicLong(1_763_637_600_000L);

    @TempDir
    Path directory;

    @Test
    void unreadMessagesAreShownBeforeTheyGoAndCountedWhenTheyDo() throws Exception {
        BrokerConfig config = BrokerConfig.builder()
                .dataDirectory(directory)
                .retention(RETENTION)
                .segmentBytes(64 * 1024)
                .meterRegistry(meters)
                .build();
        try (Broker broker = Broker.start(config, now::get, DelayLevels.standard());
                TestClient client = new TestClient(broker.port())) {
            for (int i = 0; i < 3; i++) {
                client.send("old", 0, "x".repeat(40_000), Map.of());
            }
            client.call(RequestCode.UPDATE_CONSUMER_OFFSET, new UpdateOffsetHeader("slow", "old", 0, 0).encode());

            now.addAndGet(RETENTION.minusMinutes(5).toMillis());
            await().untilAsserted(
                            () -> assertThat(figures(client)).containsEntry("unreadMessagesExpiring_slow@old", "1"));
            assertThat(meters.get("ternmq.broker.unread.expiring")
                            .tags("group", "slow", "topic", "old", "broker", "ternmq")
                            .gauge()
                            .value())
                    .isEqualTo(1);
            assertThat(client.pullAll("slow", "old", 0, 0, 0).code()).isZero();

            now.addAndGet(Duration.ofMinutes(6).toMillis());
            await().untilAsserted(
                            () -> assertThat(figures(client)).containsEntry("unreadMessagesDeleted_slow@old", "2"));
            assertThat(meters.get("ternmq.broker.unread.deleted").counter().count())
                    .isEqualTo(2);
            Command moved = client.pullAll("slow", "old", 0, 0, 0);
            assertThat(moved.code()).isEqualTo(ResponseCode.PULL_OFFSET_MOVED.number());
            assertThat(moved.fields().requireLong("nextBeginOffset")).isEqualTo(2);
            assertThat(client.pullAll("slow", "old", 0, 2, 0).code()).isZero();
        }
    }

    @Test
    void aVolumeThatIsTooFullRefusesSendsAndServesTheRest() throws Exception {
        var volume = Files.getFileStore(directory);
        assumeThat(volume.getUsableSpace()).isLessThan(volume.getTotalSpace() / 100 * 90);
        try (Broker broker = Broker.start(
                        BrokerConfig.builder().dataDirectory(directory).build());
                TestClient client = new TestClient(broker.port())) {
            client.send("full", "before");
        }
        BrokerConfig config = BrokerConfig.builder()
                .dataDirectory(directory)
                .diskSharePercent(5)
                .meterRegistry(meters)
                .build();
        try (Broker broker = Broker.start(config);
                TestClient client = new TestClient(broker.port())) {
            await().until(() -> client.send("full", "refused").code() == ResponseCode.SERVICE_NOT_AVAILABLE.number());

            Command refused = client.send("full", "refused");
            assertThat(refused.remark()).contains("volume is too full", "allowed=5 %");
            assertThat(figures(client).get("acceptsMessages")).startsWith("no: volume is too full");
            assertThat(meters.get("ternmq.broker.accepting").gauge().value()).isZero();
            assertThat(TestClient.bodies(client.pullAll("g", "full", 0, 0, 0))).startsWith("before");
            client.call(RequestCode.UPDATE_CONSUMER_OFFSET, new UpdateOffsetHeader("g", "full", 0, 1).encode());
            assertThat(client.call(
                                    RequestCode.QUERY_CONSUMER_OFFSET,
                                    new QueryOffsetHeader("g", "full", 0, false).encode())
                            .fields()
                            .requireLong("offset"))
                    .isEqualTo(1);
        }
    }

    @Test
    void metersAreThereAsLongAsTheBrokerRuns() throws Exception {
        BrokerConfig config = BrokerConfig.builder()
                .brokerName("metered")
                .meterRegistry(meters)
                .build();
        try (Broker broker = Broker.start(config);
                TestClient client = new TestClient(broker.port())) {
            client.send("t", "x");
            assertThat(meters.get("ternmq.broker.log.size")
                            .tag("broker", "metered")
                            .gauge()
                            .value())
                    .isPositive();
            assertThat(meters.get("ternmq.broker.log.damaged").functionCounter().count())
                    .isZero();
            assertThat(meters.get("ternmq.broker.accepting").gauge().value()).isOne();
        }
        assertThat(meters.getMeters()).isEmpty();
    }

    private static Map<String, String> figures(TestClient client) {
        Command answer = client.call(RequestCode.GET_BROKER_RUNTIME_INFO, Fields.empty());
        return TestClient.decode(answer, KeyValueTable.class).table();
    }
}
