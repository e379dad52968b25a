package io.ternmq.broker.request;

import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.security.AccessControl;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the handler for each request by its code and sees to it that every request gets an answer: an unknown code, a refusal and a
 * failure are answered too, and a oneway request never is. Immutable once built; called on io threads.
 */
public final class RequestRouter {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRouter.class);

    private final Map<RequestCode, Entry> handlers;
    private final AccessControl accessControl;
    private final Executor blockingExecutor;

    private RequestRouter(Builder builder) {
        this.handlers = new EnumMap<>(builder.handlers);
        this.accessControl = builder.accessControl;
        this.blockingExecutor = builder.blockingExecutor;
    }

    /** Returns a builder; blocking handlers will run on the given executor, which refuses what it cannot take. */
    public static Builder builder(AccessControl accessControl, Executor blockingExecutor) {
        return new Builder(accessControl, blockingExecutor);
    }

    /** Returns the codes that have a handler. */
    public Set<RequestCode> codes() {
        return Set.copyOf(handlers.keySet());
    }

    /** Serves a command and releases it; the answer goes to the reply, now or later, exactly once. */
    public void route(Command command, ClientConnection connection, Reply reply) {
        Request request = new Request(command, connection, reply);
        RequestCode code = RequestCode.of(command.code());
        Entry entry = code == null ? null : handlers.get(code);
        if (entry == null) {
            command.close();
            request.fail(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, " request type " + command.code() + " not supported");
        } else if (!entry.blocking) {
            serve(entry.handler, request);
        } else {
            try {
                blockingExecutor.execute(() -> serve(entry.handler, request));
            } catch (RejectedExecutionException e) {
                command.close();
                request.fail(
                        ResponseCode.SYSTEM_BUSY,
                        "[REJECTREQUEST]too many requests are waiting: code=" + command.code() + "; try again later");
            }
        }
    }

    private void serve(RequestHandler handler, Request request) {
        try {
            accessControl.check(request.command(), request.connection().remoteAddress());
            handler.handle(request);
        } catch (CommandException e) {
            request.fail(e);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "request failed: request={}, client={}",
                    request.command(),
                    request.connection().remoteAddress(),
                    e);
            request.fail(ResponseCode.SYSTEM_ERROR, summary(e));
            if (e instanceof Error error && !(e instanceof StackOverflowError) && !(e instanceof LinkageError)) {
                throw error;
            }
        } finally {
            request.command().close();
        }
    }

    private static String summary(Throwable e) {
        @Nullable String message = e.getMessage();
        return "request failed: " + e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    private record Entry(RequestHandler handler, boolean blocking) {}

    /** Collects the handlers. */
    public static final class Builder {
        private final Map<RequestCode, Entry> handlers = new EnumMap<>(RequestCode.class);
        private final AccessControl accessControl;
        private final Executor blockingExecutor;

        private Builder(AccessControl accessControl, Executor blockingExecutor) {
            this.accessControl = accessControl;
            this.blockingExecutor = blockingExecutor;
        }

        /** Registers a handler that never blocks. */
        public Builder on(RequestCode code, RequestHandler handler) {
            return put(code, new Entry(handler, false));
        }

        /** Registers a handler that may block. */
        public Builder blocking(RequestCode code, RequestHandler handler) {
            return put(code, new Entry(handler, true));
        }

        /** Lets somebody register handlers that belong together. */
        public Builder include(Consumer<Builder> handlers) {
            handlers.accept(this);
            return this;
        }

        /** Returns the router. */
        public RequestRouter build() {
            return new RequestRouter(this);
        }

        private Builder put(RequestCode code, Entry entry) {
            if (handlers.put(code, entry) != null) {
                throw new IllegalStateException("two handlers for one request code: code=" + code);
            }
            return this;
        }
    }
}
