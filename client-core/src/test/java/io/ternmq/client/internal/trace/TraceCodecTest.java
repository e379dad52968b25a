package io.ternmq.client.internal.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.internal.trace.TraceCodec.Dialect;
import io.ternmq.client.internal.trace.TraceRecord.Consumed;
import io.ternmq.client.internal.trace.TraceRecord.Delivered;
import io.ternmq.client.internal.trace.TraceRecord.MessageKind;
import io.ternmq.client.internal.trace.TraceRecord.Outcome;
import io.ternmq.client.internal.trace.TraceRecord.Recalled;
import io.ternmq.client.internal.trace.TraceRecord.Sent;
import io.ternmq.client.internal.trace.TraceRecord.TransactionEnded;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceCodecTest {

    private static final Sent SENT = new Sent(
            1000, "R", "pg", "orders", "ID", "t", "k1 k2", "h:10911", 5, 7, MessageKind.DELAY, "OFF", true, "10.0.0.1");

    @Test
    void writesRecordsAsApacheRocketMqDoes() {
        assertThat(text(SENT))
                .isEqualTo(
                        fields("Pub", "1000", "R", "pg", "orders", "ID", "t", "k1 k2", "h:10911", "5", "7", "3", "OFF")
                                + "\u0001true\u000110.0.0.1\u0002");
        assertThat(text(new Delivered(1, "R", "cg", "REQ", "ID", 2, "k")))
                .isEqualTo(fields("SubBefore", "1", "R", "cg", "REQ", "ID", "2", "k") + "\u0002");
        assertThat(text(new Consumed("REQ", "ID", 3, false, "k", Outcome.EXCEPTION, 9, "cg")))
                .isEqualTo(fields("SubAfter", "REQ", "ID", "3", "false", "k", "2", "9", "cg") + "\u0002");
    }

    @Test
    void readsWhatItWrites() {
        List<TraceRecord> records = List.of(
                SENT,
                new Delivered(1, "R", "cg", "REQ", "ID", 2, ""),
                new Consumed("REQ", "ID", 3, true, "k", Outcome.SUCCESS, 9, "cg"),
                new TransactionEnded(
                        4,
                        "R",
                        "pg",
                        "orders",
                        "ID",
                        "t",
                        "k",
                        "h:1",
                        MessageKind.TRANSACTION_COMMIT,
                        "TX",
                        "COMMIT_MESSAGE",
                        true),
                new Recalled(5, "R", "pg", "orders", "ID", true));
        StringBuilder text = new StringBuilder();
        records.forEach(entry -> TraceCodec.write(text, entry));

        assertThat(TraceCodec.decode(text.toString(), Dialect.APACHE)).isEqualTo(records);
    }

    @Test
    void readsWhatTheOnsSdkWrites() {
        String text = fields("Pub", "1000", "R", "pg", "orders", "ID", "null", "k", "h:1", "5", "7", "4", "OFF", "true")
                + "\u0002" + fields("SubAfter", "REQ", "ID", "3", "true", "k", "0", "1") + "\u0002";

        List<TraceRecord> records = TraceCodec.decode(text, Dialect.ONS);

        assertThat(records)
                .containsExactly(
                        new Sent(
                                1000,
                                "R",
                                "pg",
                                "orders",
                                "ID",
                                "",
                                "k",
                                "h:1",
                                5,
                                7,
                                MessageKind.DELAY,
                                "OFF",
                                true,
                                ""),
                        new Consumed("REQ", "ID", 3, true, "k", Outcome.SUCCESS, 0, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\u0002\u0002", "Pub", "Pub\u00011\u00012\u0002", "New\u00011\u0002", "SubAfter\u0001a"})
    void leavesOutWhatItDoesNotUnderstand(String text) {
        assertThat(TraceCodec.decode(text, Dialect.APACHE)).isEmpty();
    }

    @Test
    void takesNumbersThatAreNoneAsNothing() {
        String text = fields("SubBefore", "soon", "R", "cg", "REQ", "ID", "x", "k") + "\u0002";

        assertThat(TraceCodec.decode(text, Dialect.APACHE))
                .containsExactly(new Delivered(0, "R", "cg", "REQ", "ID", 0, "k"));
    }

    private static String fields(String... fields) {
        return String.join("\u0001", fields);
    }

    private static String text(TraceRecord entry) {
        StringBuilder text = new StringBuilder();
        TraceCodec.write(text, entry);
        return text.toString();
    }
}
