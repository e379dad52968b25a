package io.ternmq.broker.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The broker's own requests to one client that wait for their answers. Used on the connection's event loop only. */
final class Calls {
    private final Channel channel;
    private final Map<Integer, Waiting> waiting = new HashMap<>();
    private int opaque;

    Calls(Channel channel) {
        this.channel = channel;
    }

    /** Writes the request; its answer, or that there is none, ends the future. */
    void begin(
            RequestCode code,
            Fields fields,
            ByteBuf body,
            Duration timeout,
            CompletableFuture<Command> answer,
            Consumer<Command> writer) {
        if (!channel.isActive()) {
            body.release();
            answer.completeExceptionally(new ClosedChannelException());
            return;
        }
        int id = ++opaque;
        ScheduledFuture<?> deadline = channel.eventLoop()
                .schedule(() -> expire(id, code, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
        waiting.put(id, new Waiting(answer, deadline));
        // Clients take either form of header; this is the one that genuine brokers use.
        writer.accept(Command.request(code, id, fields, body, HeaderFormat.JSON));
    }

    /** Takes an answer; one to a request that nobody waits for any more is dropped. The command stays the caller's. */
    void answered(Command response) {
        Waiting call = waiting.remove(response.opaque());
        if (call != null) {
            call.deadline.cancel(false);
            byte[] body = ByteBufUtil.getBytes(response.body());
            call.answer.complete(new Command(
                    response.code(),
                    response.language(),
                    response.version(),
                    response.opaque(),
                    response.flag(),
                    response.remark(),
                    response.fields(),
                    Unpooled.wrappedBuffer(body),
                    response.format()));
        }
    }

    /** Ends all that wait: the connection is gone. */
    void closed() {
        List<Waiting> lost = List.copyOf(waiting.values());
        waiting.clear();
        for (Waiting call : lost) {
            call.deadline.cancel(false);
            call.answer.completeExceptionally(new ClosedChannelException());
        }
    }

    private void expire(int id, RequestCode code, Duration timeout) {
        Waiting call = waiting.remove(id);
        if (call != null) {
            call.answer.completeExceptionally(new TimeoutException("client does not answer: client="
                    + channel.remoteAddress() + ", request=" + code + ", waited=" + timeout.toMillis() + " ms"));
        }
    }

    private record Waiting(CompletableFuture<Command> answer, ScheduledFuture<?> deadline) {}
}
