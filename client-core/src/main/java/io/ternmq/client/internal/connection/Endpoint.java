package io.ternmq.client.internal.connection;

import io.ternmq.client.internal.connection.ConnectionException.Stage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one connection to one address, established when it is first needed and again after it was lost.
 *
 * <pre>
 *          connection()            connected
 *   Idle ───────────────▶ Connecting ───────▶ Connected
 *    ▲                        │                   │
 *    │ pause is over          │ failed            │ lost: found closed by the next connection()
 *    └───────── Failed ◀──────┘                   └──▶ Connecting
 * </pre>
 *
 * While Failed, requests fail at once with the reason of the last attempt, so that a dead broker costs nobody time.
 */
final class Endpoint {

    private static final long PAUSE_NANOS = 100_000_000;

    private sealed interface State {}

    private record Idle() implements State {}

    private record Connecting(CompletableFuture<Connection> result) implements State {}

    private record Connected(Connection connection, CompletableFuture<Connection> result) implements State {
        Connected(Connection connection) {
            this(connection, CompletableFuture.completedFuture(connection));
        }
    }

    private record Failed(Throwable reason, long untilNanos) implements State {}

    private final String address;
    private final Function<String, CompletableFuture<Connection>> connector;
    private final Consumer<String> connected;
    private volatile State state = new Idle();
    private final AtomicInteger established = new AtomicInteger();

    /**
     * Creates one.
     *
     * @param connected is told the address after each success, before those who wait for the connection get it
     */
    Endpoint(String address, Function<String, CompletableFuture<Connection>> connector, Consumer<String> connected) {
        this.address = address;
        this.connector = connector;
        this.connected = connected;
    }

    /** The connection, at once if it is there. */
    CompletableFuture<Connection> connection() {
        State current = state;
        if (current instanceof Connected connected && connected.connection().isOpen()) {
            return connected.result();
        }
        return connect();
    }

    private CompletableFuture<Connection> connect() {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        synchronized (this) {
            State current = state;
            if (current instanceof Connected connected && connected.connection().isOpen()) {
                return connected.result();
            }
            if (current instanceof Connecting connecting) {
                return connecting.result();
            }
            if (current instanceof Failed failed && failed.untilNanos() - System.nanoTime() > 0) {
                return CompletableFuture.failedFuture(failed.reason());
            }
            state = new Connecting(result);
        }
        CompletableFuture<?> unused = connector.apply(address).whenComplete((connection, error) -> {
            if (connection != null) {
                established.incrementAndGet();
                state = new Connected(connection);
                connected.accept(address);
                result.complete(connection);
            } else {
                ConnectionException reason = new ConnectionException(
                        Stage.NOT_SENT, "cannot connect: address=" + address + ", " + error, error);
                state = new Failed(reason, System.nanoTime() + PAUSE_NANOS);
                result.completeExceptionally(reason);
            }
        });
        return result;
    }

    /** How many connections there have been; changes whenever one was lost and made again. */
    int established() {
        return established.get();
    }

    boolean isConnected() {
        return state instanceof Connected connected && connected.connection().isOpen();
    }

    /** The connection if there is one, without making one. */
    void ifConnected(Consumer<Connection> action) {
        if (state instanceof Connected connected) {
            action.accept(connected.connection());
        }
    }

    /** Closes the connection, also one that is being established. */
    void close() {
        State current = state;
        if (current instanceof Connected connected) {
            connected.connection().close();
        } else if (current instanceof Connecting connecting) {
            CompletableFuture<?> unused = connecting.result().thenAccept(Connection::close);
        }
    }
}
