package io.ternmq.benchmarks.load;

import io.ternmq.benchmarks.client.ClientKind;
import io.ternmq.benchmarks.load.Meter.Measurement;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Prints a header and rows, for a reader or with tabs. */
final class RowWriter {
    private static final List<String> HEADER = List.of(
            "server",
            "client",
            "case",
            "size",
            "threads",
            "msg/s",
            "p50-ms",
            "p99-ms",
            "p99.9-ms",
            "max-ms",
            "failed",
            "srv-us/m",
            "cli-us/m",
            "other%",
            "note");

    private final PrintWriter out;
    private final boolean tabs;
    private final ClientKind client;

    RowWriter(PrintWriter out, boolean tabs, ClientKind client) {
        this.out = out;
        this.tabs = tabs;
        this.client = client;
    }

    void header() {
        print(HEADER);
    }

    void row(String server, Row row, int size) {
        Measurement measured = row.measured();
        print(List.of(
                server,
                client.name(),
                row.name(),
                Integer.toString(size),
                Integer.toString(row.threads()),
                number("%.0f", measured.messagesPerSecond()),
                millis(measured, 50),
                millis(measured, 99),
                millis(measured, 99.9),
                millis(measured, 100),
                Long.toString(measured.failures()),
                perMessage(measured.cpu().serverMicros(), measured.messages()),
                perMessage(OptionalLong.of(measured.cpu().clientMicros()), measured.messages()),
                number("%.0f", measured.cpu().othersPercent()),
                row.note()));
    }

    private static String millis(Measurement measured, double percentile) {
        return measured.latencies().getTotalCount() == 0
                ? "-"
                : number("%.3f", measured.latencies().getValueAtPercentile(percentile) / 1e6);
    }

    private static String perMessage(OptionalLong micros, long messages) {
        return micros.isEmpty() || messages == 0 ? "-" : number("%.1f", (double) micros.getAsLong() / messages);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private void print(List<String> cells) {
        out.println(tabs ? String.join("\t", cells) : aligned(cells));
        out.flush();
    }

    private static String aligned(List<String> cells) {
        return String.format(
                        Locale.ROOT, "%-10s %-9s %-12s %6s %7s %9s %9s %9s %9s %9s %7s %9s %9s %7s %s", cells.toArray())
                .stripTrailing();
    }
}
