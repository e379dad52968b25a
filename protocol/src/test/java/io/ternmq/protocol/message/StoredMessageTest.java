package io.ternmq.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredMessageTest {
    /** A record as the genuine 5.3.3 encoder writes it. */
    private static final String GENUINE = """
        00000097 daa320a7 3610a686 00000002 00000000 0000000000000005 00000000000003e8 00000000
        0000019aa0fe1f00 0a000009 0000c618 0000019aa0fe1f7b 0a000001 00002a9f 00000000 0000000000000000
        00000005 68656c6c6f 06 6f7264657273 0031
        554e49515f4b45590130413030303030393132363730303030303030303030303030303241303030310254414753014102
        """.replaceAll("\\s", "");

    private static final StoredMessage MESSAGE = new StoredMessage(
            "orders",
            2,
            0,
            5,
            1000,
            0,
            1763637600000L,
            new InetSocketAddress("10.0.0.9", 50712),
            1763637600123L,
            new InetSocketAddress("10.0.0.1", 10911),
            0,
            0,
            "hello".getBytes(UTF_8),
            "UNIQ_KEY\u00010A0000091267000000000000002A0001\u0002TAGS\u0001A\u0002");

    @Test
    void writesTheBytesOfTheGenuineEncoder() {
        assertThat(HexFormat.of().formatHex(write(MESSAGE))).isEqualTo(GENUINE);
    }

    @Test
    void readsTheBytesOfTheGenuineEncoder() throws Exception {
        StoredMessage read =
                StoredMessage.readFrom(ByteBuffer.wrap(HexFormat.of().parseHex(GENUINE)));

        assertThat(read).usingRecursiveComparison().isEqualTo(MESSAGE);
    }

    @Test
    void marksHostsOfSixteenBytes() throws Exception {
        StoredMessage message = withTopic("orders", new InetSocketAddress("::1", 9));

        StoredMessage read = StoredMessage.readFrom(ByteBuffer.wrap(write(message)));

        assertThat(read.sysFlag()).isEqualTo(SysFlag.BORN_HOST_V6);
        assertThat(read.bornHost()).isEqualTo(message.bornHost());
        assertThat(read.properties()).isEqualTo(message.properties());
    }

    @Test
    void writesLongTopicsInTheSecondForm() throws Exception {
        StoredMessage message = withTopic("%RETRY%" + "g".repeat(121), MESSAGE.bornHost());

        byte[] bytes = write(message);

        assertThat(ByteBuffer.wrap(bytes).getInt(MessageLayout.MAGIC)).isEqualTo(MessageLayout.MAGIC_V2);
        assertThat(StoredMessage.readFrom(ByteBuffer.wrap(bytes)).topic()).isEqualTo(message.topic());
    }

    @Test
    void readsTheRecordsOfAPullAnswerInTurn() throws Exception {
        ByteBuffer both = ByteBuffer.allocate(2 * MESSAGE.encodedSize());
        MESSAGE.writeTo(both);
        MESSAGE.writeTo(both);

        assertThat(StoredMessage.readAll(both.flip())).hasSize(2);
    }

    @Test
    void findsTheStoreTimestampByTheRuler() {
        assertThat(MessageLayout.storeTimestamp(ByteBuffer.wrap(write(MESSAGE)), 0))
                .isEqualTo(MESSAGE.storeTimestamp());
        assertThat(MessageLayout.bodyLengthAt(0)).isEqualTo(84);
    }

    @Test
    void refusesABodyThatDoesNotFitItsChecksum() {
        byte[] bytes = write(MESSAGE);
        bytes[MessageLayout.bodyLengthAt(0) + 4] ^= 1;

        assertThatThrownBy(() -> StoredMessage.readFrom(ByteBuffer.wrap(bytes)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("commitLogOffset=1000");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void survivesDamagedRecords(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = write(MESSAGE);
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(outcome(bytes)).as("seed=%d, round=%d", seed, round).isNotEqualTo("escaped");
        }
    }

    private static String outcome(byte[] bytes) {
        try {
            return StoredMessage.readAll(ByteBuffer.wrap(bytes)).size() == 1 ? "read" : "escaped";
        } catch (MalformedMessageException e) {
            return "refused";
        } catch (RuntimeException e) {
            return "escaped";
        }
    }

    @Test
    void writesTheBatchOfTheGenuineEncoder() throws Exception {
        List<BatchBody.Item> items = List.of(
                new BatchBody.Item(0, "hello".getBytes(UTF_8), "WAIT\u0001true\u0002TAGS\u0001A\u0002"),
                new BatchBody.Item(0, "x".getBytes(UTF_8), "WAIT\u0001true\u0002TAGS\u0001B\u0002"));

        byte[] batch = BatchBody.encode(items);

        assertThat(HexFormat.of().formatHex(batch))
                .isEqualTo("0000002c00000000000000000000000000000005" + "68656c6c6f" + "0011574149540174727565"
                        + "025441475301" + "4102" + "0000002800000000000000000000000000000001" + "78"
                        + "0011574149540174727565" + "025441475301" + "4202");
        assertThat(BatchBody.decode(ByteBuffer.wrap(batch)))
                .containsExactly(
                        new BatchBody.Received(
                                0, ByteBuffer.wrap("hello".getBytes(UTF_8)), "WAIT\u0001true\u0002TAGS\u0001A\u0002"),
                        new BatchBody.Received(
                                0, ByteBuffer.wrap("x".getBytes(UTF_8)), "WAIT\u0001true\u0002TAGS\u0001B\u0002"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000", // cut short
                "0000ffff000000000000000000000000000000000000", // longer than the batch
                "00000016000000000000000000000000000000050000", // body longer than the message
            })
    void refusesABatchThatDoesNotAddUp(String hex) {
        assertThatThrownBy(() -> BatchBody.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                .isInstanceOf(MalformedMessageException.class);
    }

    private static StoredMessage withTopic(String topic, InetSocketAddress bornHost) {
        return new StoredMessage(
                topic, 0, 0, 0, 0, 0, 1, bornHost, 2, MESSAGE.storeHost(), 3, 4, new byte[] {1}, MESSAGE.properties());
    }

    private static byte[] write(StoredMessage message) {
        ByteBuffer out = ByteBuffer.allocate(message.encodedSize());
        message.writeTo(out);
        return out.array();
    }
}
