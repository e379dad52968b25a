package io.ternmq.protocol.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.Language;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    /** A frame of a genuine 5.3.3 peer: request 105 for topic "orders", binary header, body "hi". */
    private static final String GENUINE_BINARY = "0000002c010000260069000" + "1df0000000700000002000000000000001100"
            + "05746f706963000000066f72646572736869";

    private static final String GENUINE_JSON_HEADER = "{\"code\":105,\"extFields\":{\"topic\":\"orders\"},\"flag\":0,"
            + "\"language\":\"JAVA\",\"opaque\":7,\"serializeTypeCurrentRPC\":\"JSON\",\"version\":479}";

    private final FrameDecoder decoder = new FrameDecoder();

    @Test
    void readsTheJsonFrameOfAGenuinePeer() throws Exception {
        ByteBuf in = Unpooled.wrappedBuffer(
                ByteBufUtil.decodeHexDump("0000008400000080"), GENUINE_JSON_HEADER.getBytes(UTF_8));

        Command command = decode(in);

        assertThat(command.code()).isEqualTo(105);
        assertThat(command.opaque()).isEqualTo(7);
        assertThat(command.version()).isEqualTo(479);
        assertThat(command.language()).isEqualTo(Language.JAVA);
        assertThat(command.fields().get("topic")).isEqualTo("orders");
        assertThat(command.format()).isEqualTo(HeaderFormat.JSON);
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void readsTheBinaryFrameOfAGenuinePeer() throws Exception {
        Command command = decode(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(GENUINE_BINARY)));

        assertThat(command.code()).isEqualTo(105);
        assertThat(command.isOneway()).isTrue();
        assertThat(command.version()).isEqualTo(479);
        assertThat(command.remark()).isNull();
        assertThat(command.fields()).isEqualTo(Fields.of("topic", "orders"));
        assertThat(command.body().toString(UTF_8)).isEqualTo("hi");
    }

    @Test
    void writesTheBinaryFrameOfAGenuinePeer() {
        Command command = Command.oneway(
                RequestCode.GET_ROUTEINFO_BY_TOPIC,
                7,
                Fields.of("topic", "orders"),
                Unpooled.copiedBuffer("hi", UTF_8),
                HeaderFormat.BINARY);

        assertThat(ByteBufUtil.hexDump(encode(command))).isEqualTo(GENUINE_BINARY);
    }

    @Test
    void writesTheJsonFrameOfAGenuinePeer() {
        ByteBuf frame = encode(Command.request(RequestCode.GET_ROUTEINFO_BY_TOPIC, 7, Fields.of("topic", "orders")));

        assertThat(frame.readInt()).isEqualTo(0x84);
        assertThat(frame.readInt()).isEqualTo(0x80);
        assertThat(frame.toString(UTF_8)).isEqualTo(GENUINE_JSON_HEADER);
    }

    @Test
    void answersWithAnExtFieldsObjectEvenWhereThereAreNone() {
        Command request = Command.request(RequestCode.HEART_BEAT, 1, Fields.empty());

        assertThat(encode(request).toString(UTF_8)).doesNotContain("extFields");
        assertThat(encode(request.fail(ResponseCode.SYSTEM_BUSY, "later")).toString(UTF_8))
                .contains("\"extFields\":{}", "\"remark\":\"later\"", "\"code\":2", "\"flag\":1");
    }

    @Test
    void writesCodesThatDoNotFitTheBinaryHeaderAsJson() throws Exception {
        Command pop =
                Command.request(RequestCode.POP_MESSAGE, 1, Fields.empty(), Unpooled.EMPTY_BUFFER, HeaderFormat.BINARY);

        Command read = decode(encode(pop));

        assertThat(read.code()).isEqualTo(200050);
        assertThat(read.format()).isEqualTo(HeaderFormat.JSON);
    }

    @Test
    void readsATruncatedCodeOfAGenuineBinaryHeaderAsItStands() throws Exception {
        ByteBuf frame = encode(
                Command.request(RequestCode.HEART_BEAT, 1, Fields.empty(), Unpooled.EMPTY_BUFFER, HeaderFormat.BINARY));
        frame.setShort(8, 200050);

        assertThat(decode(frame).code()).isEqualTo(3442);
    }

    @ParameterizedTest
    @EnumSource(HeaderFormat.class)
    void roundTripsWhateverTheTextHolds(HeaderFormat format) throws Exception {
        Fields fields = Fields.builder()
                .put("i", "KEYS\u0001a b\u0002名\u0001值\u0002quote\u0001\"\\\u0002")
                .put("empty", "")
                .put("emoji", "\uD83D\uDE80")
                .build();
        byte[] body = new byte[100_000];
        new Random(7).nextBytes(body);
        Command command = new Command(
                21, Language.GO, 317, -5, Command.RESPONSE, "rémark", fields, Unpooled.wrappedBuffer(body), format);

        Command read = decode(encode(command));

        assertThat(read.fields()).isEqualTo(fields);
        assertThat(read.remark()).isEqualTo("rémark");
        assertThat(read.opaque()).isEqualTo(-5);
        assertThat(read.language()).isEqualTo(Language.GO);
        assertThat(read.isResponse()).isTrue();
        assertThat(ByteBufUtil.getBytes(read.body())).isEqualTo(body);
    }

    @ParameterizedTest
    @EnumSource(HeaderFormat.class)
    void waitsForMoreUntilTheLastByteIsThere(HeaderFormat format) throws Exception {
        ByteBuf frame = encode(Command.request(
                RequestCode.PULL_MESSAGE,
                9,
                Fields.of("topic", "orders"),
                Unpooled.copiedBuffer("body", UTF_8),
                format));

        for (int length = 0; length < frame.readableBytes(); length++) {
            ByteBuf part = frame.slice(0, length);
            assertThat(decoder.decode(part)).isNull();
            assertThat(part.readerIndex()).isZero();
        }
        assertThat(decode(frame).opaque()).isEqualTo(9);
    }

    @Test
    void readsTwoFramesThatArriveTogether() throws Exception {
        ByteBuf both = Unpooled.wrappedBuffer(
                encode(Command.request(RequestCode.HEART_BEAT, 1, Fields.empty())),
                encode(Command.request(RequestCode.HEART_BEAT, 2, Fields.empty())));

        assertThat(decode(both).opaque()).isEqualTo(1);
        assertThat(decode(both).opaque()).isEqualTo(2);
        assertThat(decoder.decode(both)).isNull();
    }

    @Test
    void keepsTheBodyWhenTheStreamIsReleased() throws Exception {
        ByteBuf in = encode(Command.request(
                RequestCode.HEART_BEAT, 1, Fields.empty(), Unpooled.copiedBuffer("x", UTF_8), HeaderFormat.JSON));

        Command command = decode(in);
        in.release();

        assertThat(command.body().toString(UTF_8)).isEqualTo("x");
        command.close();
        assertThat(in.refCnt()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "ffffffff00000000, frame length is out of range: length=-1",
        "00000003, frame length is out of range: length=3",
        "7fffffff, frame length is out of range",
        "0000000800000005, header length is out of range: headerLength=5",
        "0000010002000010, header format is unknown: format=2",
        "000000060000000278 78, JSON header does not parse",
        "00000006000000025b5d, JSON header is not an object",
        "00000008010000040000 0000, binary header is too short",
    })
    void refusesWhatIsNoFrame(String hex, String reason) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));

        assertThatThrownBy(() -> decoder.decode(in))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageStartingWith(reason);
    }

    @Test
    void showsTheFirstBytesOfAnHttpRequest() {
        ByteBuf in = Unpooled.copiedBuffer("GET /index.html HTTP/1.1\r\n", UTF_8);

        assertThatThrownBy(() -> decoder.decode(in)).hasMessageContaining("'GET /index.html");
    }

    @Test
    void refusesAFrameAboveItsLimitBeforeItIsThere() {
        ByteBuf in = Unpooled.buffer().writeInt(997);

        assertThatThrownBy(() -> new FrameDecoder(1000).decode(in)).hasMessageContaining("allowed=4..996");
    }

    @Test
    void refusesABinaryHeaderWhoseFieldsOverrun() {
        ByteBuf frame = encode(Command.request(
                RequestCode.HEART_BEAT, 1, Fields.of("topic", "orders"), Unpooled.EMPTY_BUFFER, HeaderFormat.BINARY));
        frame.setShort(8 + 21, 60_000);

        assertThatThrownBy(() -> decoder.decode(frame)).hasMessageContaining("binary header is cut short");
    }

    /** Whatever the bytes, the decoder returns a command, asks for more or refuses; nothing else escapes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void survivesDamagedFrames(long seed) {
        Random random = new Random(seed);
        byte[] whole = ByteBufUtil.getBytes(encode(Command.request(
                RequestCode.SEND_MESSAGE_V2,
                3,
                Fields.builder().put("a", "group").put("b", "topic").put("e", 1).build(),
                Unpooled.wrappedBuffer(new byte[64]),
                HeaderFormat.values()[(int) (seed % 2)])));
        for (int round = 0; round < 20_000; round++) {
            ByteBuf damaged = Unpooled.copiedBuffer(whole);
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged.setByte(random.nextInt(damaged.readableBytes()), random.nextInt(256));
            }
            assertThat(outcome(damaged)).as("seed=%d, round=%d", seed, round).isNotEqualTo("escaped");
        }
    }

    private String outcome(ByteBuf in) {
        try (Command command = decoder.decode(in)) {
            return command == null ? "more" : "command";
        } catch (MalformedFrameException e) {
            return "refused";
        } catch (RuntimeException e) {
            return "escaped";
        }
    }

    private Command decode(ByteBuf in) throws MalformedFrameException {
        @Nullable Command command = decoder.decode(in);
        assertThat(command).isNotNull();
        return command;
    }

    private static ByteBuf encode(Command command) {
        return FrameEncoder.encode(command, UnpooledByteBufAllocator.DEFAULT);
    }
}
