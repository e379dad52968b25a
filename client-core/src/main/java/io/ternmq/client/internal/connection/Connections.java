package io.ternmq.client.internal.connection;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Credentials;
import io.ternmq.client.TlsConfig;
import io.ternmq.client.internal.connection.ConnectionException.Stage;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** All connections of a client, by address. */
public final class Connections implements AutoCloseable {

    private static final long EXPIRY_CHECK_MILLIS = 50;

    private final ClientRuntime runtime;
    private final ServerRequests serverRequests;
    private final Consumer<String> connected;
    private final @Nullable TlsConfig tls;
    private final long requestTimeoutNanos;
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final ScheduledFuture<?> expiry;
    private volatile @Nullable RequestSigner signer;
    private volatile boolean closed;

    /**
     * Creates them; nothing is connected yet.
     *
     * @param connected is told the address of each connection that was established, on an I/O thread, before any request
     *     that waits for it is sent; requests that it makes to this address are sent first
     */
    public Connections(
            ClientRuntime runtime, ClientConfig config, ServerRequests serverRequests, Consumer<String> connected) {
        this.runtime = runtime;
        this.serverRequests = serverRequests;
        this.connected = connected;
        this.tls = config.tls();
        this.requestTimeoutNanos = config.requestTimeout().toNanos();
        updateCredentials(config.credentials());
        this.expiry = runtime.every(EXPIRY_CHECK_MILLIS, TimeUnit.MILLISECONDS, this::expire);
    }

    /** Signs all further requests with these credentials, or none with {@code null}. */
    public void updateCredentials(@Nullable Credentials credentials) {
        signer = credentials == null ? null : new RequestSigner(credentials);
    }

    /** The time a request may take unless it says otherwise. */
    public long requestTimeoutNanos() {
        return requestTimeoutNanos;
    }

    /** Sends a request without a body, with the usual timeout. */
    public CompletableFuture<Reply> request(String address, RequestCode code, Fields fields) {
        return request(address, code, fields, Unpooled.EMPTY_BUFFER, requestTimeoutNanos);
    }

    /**
     * Sends a request; the body is handed over.
     *
     * @return the answer, whatever its code, or a {@link ConnectionException}
     */
    public CompletableFuture<Reply> request(
            String address, RequestCode code, Fields fields, ByteBuf body, long timeoutNanos) {
        CompletableFuture<Connection> connection = connection(address);
        if (connection.isDone() && !connection.isCompletedExceptionally()) {
            return connection.join().request(code, fields, body, signer, timeoutNanos);
        }
        return requestWhenConnected(address, connection, code, fields, body, timeoutNanos);
    }

    private CompletableFuture<Reply> requestWhenConnected(
            String address,
            CompletableFuture<Connection> connection,
            RequestCode code,
            Fields fields,
            ByteBuf body,
            long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        CompletableFuture<Connection> inTime = connection.copy();
        Runnable giveUp = () -> inTime.completeExceptionally(new ConnectionException(
                Stage.NOT_SENT,
                "cannot connect in time: address=" + address + ", tried=" + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                        + " ms",
                null));
        ScheduledFuture<?> timeout = inTime.isDone() ? null : runtime.later(timeoutNanos, TimeUnit.NANOSECONDS, giveUp);
        return inTime.whenComplete((established, error) -> {
                    if (timeout != null) {
                        timeout.cancel(false);
                    }
                    if (established == null) {
                        body.release();
                    }
                })
                .thenCompose(established ->
                        established.request(code, fields, body, signer, Math.max(1, deadline - System.nanoTime())));
    }

    /**
     * Sends a request that is not answered; the body is handed over.
     *
     * @return ends when it is written, or with a {@link ConnectionException} if the address cannot be reached
     */
    public CompletableFuture<?> oneway(String address, RequestCode code, Fields fields, ByteBuf body) {
        return connection(address)
                .whenComplete((connection, error) -> {
                    if (connection == null) {
                        body.release();
                    }
                })
                .thenCompose(connection -> connection.oneway(code, fields, body, signer));
    }

    /** Whether there is a connection to an address now. */
    public boolean isConnected(String address) {
        Endpoint endpoint = endpoints.get(address);
        return endpoint != null && endpoint.isConnected();
    }

    /**
     * A number that stays the same as long as the connection to an address is the same one.
     *
     * @return -1 while there is none
     */
    public int generation(String address) {
        Endpoint endpoint = endpoints.get(address);
        return endpoint != null && endpoint.isConnected() ? endpoint.established() : -1;
    }

    /** Connects to an address, if that is not done already. */
    public CompletableFuture<?> connect(String address) {
        return connection(address);
    }

    private CompletableFuture<Connection> connection(String address) {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new ConnectionException(Stage.NOT_SENT, "the client is closed: address=" + address, null));
        }
        Endpoint endpoint = endpoints.get(address);
        if (endpoint == null) {
            endpoint = endpoints.computeIfAbsent(address, key -> new Endpoint(key, this::establish, connected));
        }
        return endpoint.connection();
    }

    private CompletableFuture<Connection> establish(String address) {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        int colon = address.lastIndexOf(':');
        String host;
        int port;
        try {
            host = address.substring(0, colon);
            port = Integer.parseInt(address.substring(colon + 1));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            result.completeExceptionally(new IllegalArgumentException("not an address of the form host:port", e));
            return result;
        }
        ChannelFuture unused = new Bootstrap()
                .group(runtime.io())
                .channel(runtime.channelType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.max(1, TimeUnit.NANOSECONDS.toMillis(requestTimeoutNanos)))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        initialize(channel, host, port, address);
                    }
                })
                .connect(host, port)
                .addListener((ChannelFuture connect) -> {
                    if (connect.isSuccess()) {
                        secured(connect.channel(), address, result);
                    } else {
                        result.completeExceptionally(connect.cause());
                    }
                });
        return result;
    }

    private void initialize(Channel channel, String host, int port, String address) {
        if (tls != null) {
            channel.pipeline().addLast(sslHandler(tls, host, port));
        }
        channel.pipeline().addLast(new CommandDecoder(), new Connection(address, channel, serverRequests));
    }

    private SslHandler sslHandler(TlsConfig config, String host, int port) {
        SSLEngine engine = config.sslContext().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(config.verifyHostName() ? "HTTPS" : null);
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeout(requestTimeoutNanos, TimeUnit.NANOSECONDS);
        return handler;
    }

    private void secured(Channel channel, String address, CompletableFuture<Connection> result) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            established(channel, address, result);
            return;
        }
        var unused = handler.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                established(channel, address, result);
            } else {
                result.completeExceptionally(handshakeFailure(handshake.cause()));
                close(channel);
            }
        });
    }

    /** Who is merely hung up on is not told why; mostly it is a server that does not speak TLS. */
    private static Throwable handshakeFailure(Throwable cause) {
        return cause instanceof ClosedChannelException
                ? new ConnectException("The connection was closed in the TLS handshake: does the server speak TLS?")
                : cause;
    }

    private void established(Channel channel, String address, CompletableFuture<Connection> result) {
        if (channel.localAddress().equals(channel.remoteAddress())) {
            // On loopback, nobody listening on a port of the ephemeral range, TCP may connect a socket to itself.
            close(channel);
            result.completeExceptionally(new ConnectException("Connection refused: nobody but this client is there"));
            return;
        }
        Connection connection = channel.pipeline().get(Connection.class);
        if (closed || connection == null) {
            close(channel);
            result.completeExceptionally(
                    new ConnectionException(Stage.NOT_SENT, "the client is closed: address=" + address, null));
            return;
        }
        result.complete(connection);
    }

    private static void close(Channel channel) {
        var unused = channel.close();
    }

    private void expire() {
        long now = System.nanoTime();
        endpoints.values().forEach(endpoint -> endpoint.ifConnected(connection -> connection.expire(now)));
    }

    /** Closes all connections; requests in flight fail. */
    @Override
    public void close() {
        closed = true;
        expiry.cancel(false);
        endpoints.values().forEach(Endpoint::close);
    }
}
