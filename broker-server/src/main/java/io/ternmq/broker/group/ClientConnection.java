package io.ternmq.broker.group;

import io.netty.buffer.ByteBuf;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The connection of a client, as far as the broker's inside sees it; the transport implements it. All methods may be called from
 * any thread and never block. Two connections are the same if they are the same object.
 */
public interface ClientConnection {
    /** Returns where the client is. */
    InetSocketAddress remoteAddress();

    /** Returns the address of this broker that the client has reached. */
    InetSocketAddress localAddress();

    /** Returns whether the connection is still there. */
    boolean isOpen();

    /** Returns whether the client reads what it is sent; while it does not, nothing large should be prepared for it. */
    boolean isWritable();

    /** Sends a request of the broker's own that expects no answer; dropped, body released, if the connection is gone. */
    void push(Command oneway);

    /**
     * Sends a request of the broker's own and returns its answer, whose body is on the heap and needs no release. The request's body is handed
     * over.
     *
     * @return completed on the connection's own thread; fails with a {@link java.util.concurrent.TimeoutException} if the client does not answer
     *     in time, with a {@link java.nio.channels.ClosedChannelException} if the connection is gone
     */
    CompletableFuture<Command> call(RequestCode code, Fields fields, ByteBuf body, Duration timeout);

    /** Runs something on the connection's own thread, later; dropped if the connection is gone. */
    void execute(Runnable task);

    /** Runs something on the connection's own thread as soon as the client reads again; dropped if the connection closes first. */
    void whenWritable(Runnable task);

    /** Runs something on the connection's own thread after a time. The result cancels it. */
    Cancellable schedule(Runnable task, Duration delay);

    /** Runs something once on the connection's own thread when the connection is closed; at once if it already is. */
    void onClose(Runnable task);

    /** Something that may be called off. */
    @FunctionalInterface
    interface Cancellable {
        /** Calls it off if it has not yet happened. */
        void cancel();
    }
}
