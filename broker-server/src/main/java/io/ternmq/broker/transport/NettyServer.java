package io.ternmq.broker.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.ternmq.broker.request.RequestRouter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Listens on one port, for plain text and TLS alike, until it is closed. */
public final class NettyServer implements AutoCloseable {
    private static final int WRITE_LOW = 512 * 1024;
    private static final int WRITE_HIGH = 2 * 1024 * 1024;
    private static final int READ_MOST = 256 * 1024;

    private final MultiThreadIoEventLoopGroup loops;
    private final ChannelGroup connections;
    private final Channel listener;

    private NettyServer(MultiThreadIoEventLoopGroup loops, ChannelGroup connections, Channel listener) {
        this.loops = loops;
        this.connections = connections;
        this.listener = listener;
    }

    /**
     * Starts listening. Blocks for a moment.
     *
     * @throws IOException in one sentence, if the address cannot be had or the certificate cannot be used
     */
    public static NettyServer start(TransportConfig config, RequestRouter router) throws IOException {
        SslContext tls = TlsContexts.create(config.tls());
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends ServerChannel> type = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(config.ioThreads(), threads(), io);
        ChannelGroup connections = new DefaultChannelGroup(loops.next(), true);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(WRITE_LOW, WRITE_HIGH))
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(256, 4096, READ_MOST))
                .childHandler(new Initializer(config, tls, router, connections));
        ChannelFuture bound = bootstrap.bind(new InetSocketAddress(config.host(), config.port()));
        bound.awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            throw cannotListen(config, bound.cause());
        }
        return new NettyServer(loops, connections, bound.channel());
    }

    /** Returns the address that is listened on, with the port that was really taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Returns how many connections there are. */
    public int connections() {
        return connections.size();
    }

    /** Stops listening for new clients; those that are connected stay. */
    public void stopAccepting() {
        listener.close().awaitUninterruptibly();
    }

    /** Stops listening, closes every connection and ends the io threads. */
    @Override
    public void close() {
        stopAccepting();
        connections.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static IOException cannotListen(TransportConfig config, @Nullable Throwable cause) {
        String where = config.host() + ":" + config.port();
        if (cause instanceof BindException || cause instanceof IOException) {
            return new IOException(
                    "cannot listen: address=" + where + ", reason=" + cause.getMessage()
                            + "; stop the process that has the port, or choose another by listen and port",
                    cause);
        }
        return new IOException("cannot listen: address=" + where + ", reason=" + cause, cause);
    }

    private static ThreadFactory threads() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new FastThreadLocalThread(null, task, "ternmq-io-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Sets up each new connection. */
    private static final class Initializer extends ChannelInitializer<Channel> {
        private final TransportConfig config;
        private final @Nullable SslContext tls;
        private final RequestRouter router;
        private final ChannelGroup connections;
        private final IncomingBytes incoming;
        private final Complaints complaints = new Complaints(System::currentTimeMillis);

        Initializer(TransportConfig config, @Nullable SslContext tls, RequestRouter router, ChannelGroup connections) {
            this.config = config;
            this.tls = tls;
            this.router = router;
            this.connections = connections;
            this.incoming = new IncomingBytes(config.limits().maxIncomingBytes());
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // Nothing follows closing a connection that was not let in.
        protected void initChannel(Channel channel) {
            TransportLimits limits = config.limits();
            if (connections.size() >= limits.maxConnections()) {
                complaints.closing(
                        channel.remoteAddress(),
                        "there are too many connections: max-connections=" + limits.maxConnections());
                channel.close();
                return;
            }
            connections.add(channel);
            ChannelPipeline pipeline = channel.pipeline();
            pipeline.addLast("idle", new IdleStateHandler(0, 0, limits.idle().toMillis(), TimeUnit.MILLISECONDS));
            pipeline.addLast("first", new FirstByte(config.tls().mode(), tls, limits, complaints));
            pipeline.addLast("frames", new FrameReader(limits, incoming, complaints));
            pipeline.addLast("connection", new Connection(channel, router, limits, incoming, complaints));
        }
    }
}
