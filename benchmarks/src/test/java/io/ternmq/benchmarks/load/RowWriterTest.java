package io.ternmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.benchmarks.client.ClientKind;
import io.ternmq.benchmarks.load.CpuClock.CpuUse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RowWriterTest {
    @Test
    void tellsRateFailuresAndProcessorTimePerMessage() {
        Meter meter = new Meter();
        meter.count(5);
        meter.open();
        meter.count(1000);
        meter.failed(3, new IllegalStateException("refused"));
        CpuUse cpu = new CpuUse(2_000_000, 20_000, OptionalLong.of(30_000), OptionalLong.of(50_000));
        StringWriter out = new StringWriter();
        RowWriter writer = new RowWriter(new PrintWriter(out), true, ClientKind.ternmq);

        writer.header();
        writer.row("here", new Row("sync", 16, meter.close(cpu), "a note"), 128);

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.get(0)).startsWith("server\tclient\tcase\tsize\tthreads\tmsg/s\t");
        assertThat(lines.get(1).split("\t", -1))
                .containsExactly(
                        "here", "ternmq", "sync", "128", "16", "500", "-", "-", "-", "-", "3", "30.0", "20.0", "0",
                        "a note");
    }
}
