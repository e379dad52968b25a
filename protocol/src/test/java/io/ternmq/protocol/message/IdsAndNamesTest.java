package io.ternmq.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.protocol.CommandException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsAndNamesTest {
    private static final String GENUINE_OFFSET_ID = "0A00000100002A9F00000000000003E8";

    @Test
    void joinsTheOffsetIdsOfABatch() throws Exception {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getByName("10.0.0.9"), 9876);

        String joined = OffsetMessageId.join(host, new long[] {0, 255, Long.MAX_VALUE});

        assertThat(joined)
                .isEqualTo(new OffsetMessageId(host, 0) + "," + new OffsetMessageId(host, 255) + ","
                        + new OffsetMessageId(host, Long.MAX_VALUE));
        assertThat(OffsetMessageId.join(host, new long[0])).isEmpty();
    }

    @Test
    void writesAndReadsTheOffsetIdOfAGenuineBroker() throws Exception {
        OffsetMessageId id = new OffsetMessageId(new InetSocketAddress("10.0.0.1", 10911), 1000);

        assertThat(id).hasToString(GENUINE_OFFSET_ID);
        assertThat(OffsetMessageId.parse(GENUINE_OFFSET_ID)).isEqualTo(id);
        assertThat(OffsetMessageId.parse(new OffsetMessageId(new InetSocketAddress("::1", 1), 2).toString())
                        .commitLogOffset())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0A", "not an id", "0A00000100002A9F00000000000003"})
    void refusesWhatIsNoOffsetId(String text) {
        assertThatThrownBy(() -> OffsetMessageId.parse(text))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("not an offset message id");
    }

    @Test
    void uniqueIdsCarryAddressAndTimeOfTheMonth() throws Exception {
        long start = LocalDateTime.of(2026, 11, 1, 0, 0)
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli();
        AtomicLong now = new AtomicLong(start + 0x1234);
        UniqueIds ids = new UniqueIds(InetAddress.getByName("10.0.0.9"), now::get);

        assertThat(ids.next()).hasSize(32).startsWith("0A000009").matches("[0-9A-F]+");
        assertThat(ids.next().substring(20, 28)).isEqualTo("00001234");
        now.set(LocalDateTime.of(2026, 12, 1, 0, 0)
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli());
        assertThat(ids.next().substring(20, 28)).isEqualTo("00000000");
    }

    @Test
    void uniqueIdsDiffer() throws Exception {
        UniqueIds ids = new UniqueIds(InetAddress.getLoopbackAddress(), () -> 1);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 60_000; i++) {
            seen.add(ids.next());
        }
        assertThat(seen).hasSize(60_000);
    }

    @Test
    void hashesTagsAsTheGenuineIndexDoes() {
        assertThat(TagHash.of("A")).isEqualTo(65);
        assertThat(TagHash.of("orders")).isEqualTo(-1008770331);
        assertThat(TagHash.of(null)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "A-b_c|d", "%RETRY%group", "MQ_INST_1%orders"})
    void takesLegalTopicNames(String name) {
        assertThat(ResourceNames.findTopicFault(name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "orders.created", "täg", "a b", "a/b"})
    void namesWhatIsWrongWithATopicName(String name) {
        assertThat(ResourceNames.findTopicFault(name)).startsWith("topic name");
    }

    @Test
    void limitsTheLengthOfNames() {
        assertThat(ResourceNames.findTopicFault("t".repeat(127))).isNull();
        assertThat(ResourceNames.findTopicFault("t".repeat(128))).contains("length=128, most=127");
        assertThat(ResourceNames.findTopicFault("%RETRY%" + "g".repeat(120))).isNull();
        assertThat(ResourceNames.findGroupFault("g".repeat(121))).contains("most=120");
        assertThat(ResourceNames.findGroupFault(null)).contains("blank");
    }
}
