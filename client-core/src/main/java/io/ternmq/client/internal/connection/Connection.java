package io.ternmq.client.internal.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.ternmq.client.internal.connection.ConnectionException.Stage;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.frame.FrameEncoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One established connection. Writers put commands into a queue; the event loop takes out whatever is there, writes it,
 * and flushes once, so that many small sends cost one system call.
 *
 * <p>Requests in flight are kept by their number. They end by their answer, by {@link #expire}, or by the end of the
 * connection, exactly once.
 */
final class Connection extends SimpleChannelInboundHandler<Command> {

    private static final Logger LOGGER = LoggerFactory.getLogger(Connection.class);

    /** How many commands are written before the first of them is flushed. */
    private static final int MAX_WRITES_PER_FLUSH = 256;

    /** After so long without a byte, and with an answer overdue, a connection counts as dead. */
    private static final long DEAD_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Pending(RequestCode code, long startNanos, long deadlineNanos, CompletableFuture<Reply> answer) {}

    private record Outgoing(Command command, @Nullable CompletableFuture<@Nullable Void> written) {}

    private final String address;
    private final Channel channel;
    private final ServerRequests serverRequests;
    private final Map<Integer, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicInteger opaques = new AtomicInteger();
    private final Queue<Outgoing> outgoing = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile long lastReadNanos = System.nanoTime();
    private volatile boolean closed;
    /** Why the peer is none of ours; {@code null} as long as it seems to be one. */
    private volatile @Nullable MalformedFrameException foreign;

    Connection(String address, Channel channel, ServerRequests serverRequests) {
        super(false);
        this.address = address;
        this.channel = channel;
        this.serverRequests = serverRequests;
    }

    /** Sends a request; the body is handed over. */
    CompletableFuture<Reply> request(
            RequestCode code, Fields fields, ByteBuf body, @Nullable RequestSigner signer, long timeoutNanos) {
        long now = System.nanoTime();
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        int opaque = opaques.incrementAndGet();
        pending.put(opaque, new Pending(code, now, now + timeoutNanos, answer));
        write(new Outgoing(Command.request(code, opaque, sign(fields, body, signer), body, format(code)), null));
        if (closed) {
            failAll();
        }
        return answer;
    }

    /** Sends a request that is not answered; the body is handed over. Ends when it is written. */
    CompletableFuture<@Nullable Void> oneway(
            RequestCode code, Fields fields, ByteBuf body, @Nullable RequestSigner signer) {
        CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
        int opaque = opaques.incrementAndGet();
        write(new Outgoing(Command.oneway(code, opaque, sign(fields, body, signer), body, format(code)), written));
        if (closed) {
            discard();
        }
        return written;
    }

    /** The binary form, which is the quicker one, has 16 bits for the code. */
    private static HeaderFormat format(RequestCode code) {
        return code.number() > Short.MAX_VALUE ? HeaderFormat.JSON : HeaderFormat.BINARY;
    }

    private static Fields sign(Fields fields, ByteBuf body, @Nullable RequestSigner signer) {
        return signer == null ? fields : signer.sign(fields, body);
    }

    private void write(Outgoing command) {
        outgoing.add(command);
        wake();
    }

    private void wake() {
        if (writing.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::drain);
            } catch (RejectedExecutionException e) {
                closed = true;
                discard();
            }
        }
    }

    private void drain() {
        try {
            boolean wrote = false;
            for (int i = 0; i < MAX_WRITES_PER_FLUSH; i++) {
                Outgoing next = outgoing.poll();
                if (next == null) {
                    break;
                }
                wrote = true;
                encode(next);
            }
            if (wrote) {
                channel.flush();
            }
        } finally {
            // Whatever has happened: who comes next must not believe that somebody is still writing.
            writing.set(false);
        }
        if (!outgoing.isEmpty()) {
            wake();
        }
    }

    /** A command that cannot be written, be it for want of memory, fails alone. */
    private void encode(Outgoing next) {
        try {
            write(FrameEncoder.encode(next.command(), channel.alloc()), next.written());
        } catch (RuntimeException | Error e) {
            LOGGER.warn("a command cannot be written: address={}, command={}", address, next.command(), e);
            fail(next, new ConnectionException(Stage.NOT_SENT, "cannot be written: address=" + address + ": " + e, e));
        }
    }

    private void fail(Outgoing command, ConnectionException reason) {
        CompletableFuture<@Nullable Void> written = command.written();
        if (written != null) {
            written.completeExceptionally(reason);
        }
        // A response bears the number of the peer's request, which may be that of another one of this side.
        Pending request = command.command().isResponse()
                ? null
                : pending.remove(command.command().opaque());
        if (request != null) {
            request.answer().completeExceptionally(reason);
        }
    }

    private void write(ByteBuf frame, @Nullable CompletableFuture<@Nullable Void> written) {
        if (written == null) {
            var unused = channel.write(frame, channel.voidPromise());
        } else {
            var unused = channel.write(frame).addListener(done -> written.complete(null));
        }
    }

    private void discard() {
        for (Outgoing lost = outgoing.poll(); lost != null; lost = outgoing.poll()) {
            lost.command().close();
            CompletableFuture<@Nullable Void> written = lost.written();
            if (written != null) {
                written.complete(null);
            }
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Command command) {
        lastReadNanos = System.nanoTime();
        try (command) {
            if (command.isResponse()) {
                answer(command);
            } else {
                serve(command);
            }
        }
    }

    private void answer(Command response) {
        Pending request = pending.remove(response.opaque());
        if (request == null) {
            LOGGER.debug("an answer came too late: address={}, response={}", address, response);
            return;
        }
        byte[] body = ByteBufUtil.getBytes(response.body());
        request.answer().complete(new Reply(response.code(), response.remark(), response.fields(), body));
    }

    private void serve(Command request) {
        CompletionStage<@Nullable Command> answer;
        try {
            answer = serverRequests.handle(address, request);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        boolean oneway = request.isOneway();
        CompletionStage<?> unused = answer.whenComplete((response, error) -> {
            if (error != null) {
                LOGGER.warn("a broker's request could not be served: address={}, request={}", address, request, error);
            }
            Command written = error == null
                    ? response
                    : request.fail(ResponseCode.SYSTEM_ERROR, "client failed: " + Failures.unwrap(error));
            if (written != null && oneway) {
                written.close();
            } else if (written != null) {
                write(new Outgoing(written, null));
                if (closed) {
                    discard();
                }
            }
        });
    }

    /** Fails the requests whose time is over. */
    void expire(long nowNanos) {
        pending.forEach((opaque, request) -> {
            if (nowNanos - request.deadlineNanos() >= 0 && pending.remove(opaque, request)) {
                closeIfDead(nowNanos);
                request.answer()
                        .completeExceptionally(new ConnectionException(
                                Stage.TIMED_OUT,
                                "no answer in time: address=" + address + ", request=" + request.code() + ", waited="
                                        + (nowNanos - request.startNanos()) / 1_000_000 + " ms",
                                null));
            }
        });
    }

    /** A peer that has vanished without a word is noticed by its silence. */
    private void closeIfDead(long nowNanos) {
        if (nowNanos - lastReadNanos > DEAD_AFTER_NANOS && channel.isActive()) {
            LOGGER.warn("closing a connection that gives no sign of life: address={}", address);
            close();
        }
    }

    boolean isOpen() {
        return !closed && channel.isActive();
    }

    void close() {
        var unused = channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closed = true;
        discard();
        failAll();
        context.fireChannelInactive();
    }

    private void failAll() {
        MalformedFrameException reason = foreign;
        pending.forEach((opaque, request) -> {
            if (pending.remove(opaque, request)) {
                request.answer()
                        .completeExceptionally(new ConnectionException(
                                Stage.LOST,
                                "connection lost while waiting for the answer: address=" + address + ", request="
                                        + request.code() + (reason == null ? "" : ", reason=" + reason.getMessage()),
                                reason));
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOGGER.debug("closing a connection after an error: address={}", address, cause);
        if (cause instanceof MalformedFrameException malformed) {
            foreign = malformed;
        }
        var unused = context.close();
    }
}
