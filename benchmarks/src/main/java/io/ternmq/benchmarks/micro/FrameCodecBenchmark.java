package io.ternmq.benchmarks.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.frame.FrameEncoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import io.ternmq.protocol.header.SendHeader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A send request and its answer as frames, in both directions and both header formats. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameCodecBenchmark {
    /** How the header is written. */
    @Param({"JSON", "BINARY"})
    public HeaderFormat format = HeaderFormat.JSON;

    /** Bytes of the body. */
    @Param({"128", "1024"})
    public int bodySize = 128;

    private final FrameDecoder decoder = new FrameDecoder();
    private final ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
    private @Nullable ByteBuf body;
    private @Nullable ByteBuf frame;

    /** Makes a body, and the frame to decode. */
    @Setup
    public void prepare() {
        body = Unpooled.wrappedBuffer(Samples.body(bodySize));
        frame = encodeRequest();
    }

    /** Frees them. */
    @TearDown
    public void release() {
        Samples.present(frame).release();
        Samples.present(body).release();
    }

    /** Header record to frame, as the client does it. */
    @Benchmark
    public int encodeSend() {
        ByteBuf encoded = encodeRequest();
        int bytes = encoded.readableBytes();
        encoded.release();
        return bytes;
    }

    /** Frame to header record, as the broker does it. */
    @Benchmark
    public SendHeader decodeSend() throws MalformedFrameException, CommandException {
        ByteBuf in = Samples.present(frame);
        in.readerIndex(0);
        Command command = Samples.present(decoder.decode(in));
        SendHeader header = SendHeader.decode(command.fields());
        command.close();
        return header;
    }

    private ByteBuf encodeRequest() {
        Fields fields = Samples.sendHeader().encode();
        Command command = Command.request(
                RequestCode.SEND_MESSAGE_V2, 4711, fields, Samples.present(body).retainedDuplicate(), format);
        return FrameEncoder.encode(command, allocator);
    }
}
