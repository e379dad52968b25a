package io.ternmq.broker.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.request.Reply;
import io.ternmq.broker.request.RequestRouter;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.frame.FrameEncoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: hands its requests to the router and its answers to the socket.
 *
 * <p>Reading stops while the client has too much in service or does not read its answers, so that what a client costs is bounded. Fields without
 * another remark belong to the connection's event loop; answers from other threads come over through one queue and one wake-up.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A write or a close that fails ends the connection, which is noticed elsewhere.
final class Connection extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Channel channel;
    private final RequestRouter router;
    private final TransportLimits limits;
    private final IncomingBytes incoming;
    private final Complaints complaints;
    private final InetSocketAddress remoteAddress;
    private final InetSocketAddress localAddress;
    private final Calls calls;

    /** Answers from other threads. */
    private final Queue<Runnable> handedOver = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean wakeUpPending = new AtomicBoolean();
    private final ArrayDeque<Runnable> waitingForReader = new ArrayDeque<>();
    private int requests;
    private long requestBytes;
    private boolean inReadLoop;
    private @Nullable ScheduledFuture<?> stall;

    Connection(
            Channel channel,
            RequestRouter router,
            TransportLimits limits,
            IncomingBytes incoming,
            Complaints complaints) {
        this.channel = channel;
        this.router = router;
        this.limits = limits;
        this.incoming = incoming;
        this.complaints = complaints;
        this.remoteAddress = (InetSocketAddress) channel.remoteAddress();
        this.localAddress = (InetSocketAddress) channel.localAddress();
        this.calls = new Calls(channel);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void push(Command oneway) {
        onLoop(() -> write(oneway));
    }

    @Override
    public CompletableFuture<Command> call(RequestCode code, Fields fields, ByteBuf body, Duration timeout) {
        CompletableFuture<Command> answer = new CompletableFuture<>();
        onLoop(() -> calls.begin(code, fields, body, timeout, answer, this::write));
        return answer;
    }

    @Override
    public void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("server is closed, task dropped: client={}", remoteAddress);
        }
    }

    @Override
    public void whenWritable(Runnable task) {
        execute(() -> {
            if (channel.isWritable()) {
                task.run();
            } else if (channel.isActive()) {
                waitingForReader.add(task);
            } else {
                // Nobody gets its answer any more, but what its request holds is given back with it.
                task.run();
            }
        });
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
        try {
            ScheduledFuture<?> scheduled = channel.eventLoop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    @Override
    public void onClose(Runnable task) {
        channel.closeFuture().addListener(closed -> task.run());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        FrameReader.Received received = (FrameReader.Received) message;
        Command command = received.command();
        if (command.isResponse()) {
            calls.answered(command);
            command.close();
            incoming.giveBack(received.taken());
            return;
        }
        inReadLoop = true;
        requests++;
        requestBytes += received.bytes();
        controlReading();
        router.route(command, this, new InService(received.bytes(), received.taken()));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        inReadLoop = false;
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            if (stall != null) {
                stall.cancel(false);
                stall = null;
            }
            Runnable task;
            while (channel.isWritable() && (task = waitingForReader.poll()) != null) {
                task.run();
            }
        } else if (stall == null) {
            stall = channel.eventLoop()
                    .schedule(this::closeStalled, limits.stalledReader().toMillis(), TimeUnit.MILLISECONDS);
        }
        if (!channel.isWritable()) {
            ctx.flush();
        }
        controlReading();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Runnable task;
        while ((task = waitingForReader.poll()) != null) {
            task.run();
        }
        if (stall != null) {
            stall.cancel(false);
        }
        calls.closed();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            LOG.debug("idle connection closed: client={}, idle={}", remoteAddress, limits.idle());
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("connection lost: client={}, reason={}", remoteAddress, cause.getMessage());
        } else if (cause instanceof DecoderException && cause.getCause() != null) {
            complaints.closing(remoteAddress, String.valueOf(cause.getCause().getMessage()));
        } else {
            LOG.error("connection failed: client={}", remoteAddress, cause);
        }
        ctx.close();
    }

    private void closeStalled() {
        stall = null;
        if (channel.isActive() && !channel.isWritable()) {
            complaints.closing(
                    remoteAddress,
                    "it does not read what it is sent: for="
                            + limits.stalledReader().toMillis() + " ms");
            channel.close();
        }
    }

    /** Runs a write on the event loop; writes from other threads share a wake-up and a flush. */
    private void onLoop(Runnable write) {
        if (channel.eventLoop().inEventLoop()) {
            write.run();
            if (!inReadLoop) {
                channel.flush();
            }
            return;
        }
        handedOver.add(write);
        if (wakeUpPending.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::takeOver);
            } catch (RejectedExecutionException e) {
                // The server is closed; the answers' bodies are released by writing to a closed channel.
                takeOver();
            }
        }
    }

    private void takeOver() {
        wakeUpPending.set(false);
        Runnable write;
        while ((write = handedOver.poll()) != null) {
            write.run();
        }
        if (!inReadLoop) {
            channel.flush();
        }
    }

    private void write(Command command) {
        if (!channel.isActive()) {
            command.close();
            return;
        }
        ByteBuf frame;
        try {
            frame = FrameEncoder.encode(command, channel.alloc());
        } catch (RuntimeException e) {
            LOG.error("answer cannot be written: client={}, answer={}", remoteAddress, command, e);
            channel.close();
            return;
        }
        channel.write(frame, channel.voidPromise());
    }

    private void controlReading() {
        boolean read =
                requests < limits.maxRequests() && requestBytes < limits.maxRequestBytes() && channel.isWritable();
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
    }

    /** The place that a request takes while it is in service. */
    private final class InService implements Reply {
        private final int bytes;
        private final int taken;
        private boolean counted = true;

        InService(int bytes, int taken) {
            this.bytes = bytes;
            this.taken = taken;
        }

        @Override
        public void parked() {
            onLoop(this::uncount);
        }

        @Override
        public void send(@Nullable Command response) {
            onLoop(() -> {
                if (response != null) {
                    write(response);
                }
                uncount();
            });
        }

        private void uncount() {
            if (counted) {
                counted = false;
                requests--;
                requestBytes -= bytes;
                incoming.giveBack(taken);
                controlReading();
            }
        }
    }
}
