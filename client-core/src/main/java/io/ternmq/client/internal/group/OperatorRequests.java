package io.ternmq.client.internal.group;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.ConsumerStatus;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.QueueOffsets;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what operators ask of consumers, through a broker: what they are doing (307), where they stand (221), to consume a message now (309), to go
 * on elsewhere (220). Listeners may take their time, so a few threads of its own do that; they end when they have been idle for a while.
 */
final class OperatorRequests {

    private static final Logger LOGGER = LoggerFactory.getLogger(OperatorRequests.class);
    private static final int THREADS = 2;
    private static final int WAITING = 16;
    private static final long IDLE_SECONDS = 5;

    private final Function<String, @Nullable GroupMember> members;
    private final ThreadPoolExecutor threads;

    /**
     * Creates it; no thread runs yet.
     *
     * @param members finds the consumer of a group
     */
    OperatorRequests(Function<String, @Nullable GroupMember> members) {
        this.members = members;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "ternmq-client-operator-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Serves a request, whose body is read before this returns.
     *
     * @return the answer, later; {@code null} if this is no such request
     */
    @Nullable
    CompletableFuture<@Nullable Command> serve(Command request) {
        RequestCode code = RequestCode.of(request.code());
        if (code == null) {
            return null;
        }
        try {
            return switch (code) {
                case GET_CONSUMER_RUNNING_INFO -> runningInfo(request);
                case CONSUME_MESSAGE_DIRECTLY -> consumeNow(request);
                case GET_CONSUMER_STATUS_FROM_CLIENT -> positions(request);
                case RESET_CONSUMER_CLIENT_OFFSET -> moveTo(request);
                default -> null;
            };
        } catch (CommandException e) {
            return CompletableFuture.completedFuture(request.fail(e.code(), e.remark()));
        } catch (MalformedMessageException e) {
            return CompletableFuture.completedFuture(
                    request.fail(ResponseCode.SYSTEM_ERROR, "message cannot be read: " + e.getMessage()));
        }
    }

    private CompletableFuture<@Nullable Command> runningInfo(Command request) throws CommandException {
        Operable consumer = require(request.fields().require("consumerGroup"));
        boolean withStacks = request.fields().getBoolean("jstackEnable");
        return later(request, () -> {
            ConsumerRunningInfo info = consumer.runningInfo();
            return withStacks
                    ? new ConsumerRunningInfo(
                            info.properties(),
                            info.subscriptionSet(),
                            info.mqTable(),
                            info.statusTable(),
                            ThreadStacks.text())
                    : info;
        });
    }

    private CompletableFuture<@Nullable Command> consumeNow(Command request)
            throws CommandException, MalformedMessageException {
        Operable consumer = require(request.fields().require("consumerGroup"));
        StoredMessage message = StoredMessage.readFrom(request.body().nioBuffer());
        String broker = request.fields().get("brokerName", "");
        return later(request, () -> consumer.consumeNow(message, broker));
    }

    private CompletableFuture<@Nullable Command> positions(Command request) throws CommandException {
        Operable consumer = require(request.fields().require("group"));
        String topic = request.fields().require("topic");
        return later(request, () -> new ConsumerStatus(consumer.positions(topic), Map.of()));
    }

    private CompletableFuture<@Nullable Command> moveTo(Command request) throws CommandException {
        Operable consumer = require(request.fields().require("group"));
        QueueOffsets offsets = JsonBodies.decodeWithObjectKeys(request.body(), QueueOffsets.class);
        LOGGER.info(
                "a broker moves the group: group={}, offsets={}",
                request.fields().get("group"),
                offsets);
        consumer.moveTo(offsets.offsetTable());
        return CompletableFuture.completedFuture(request.respond(Fields.empty()));
    }

    private Operable require(String group) throws CommandException {
        GroupMember member = members.apply(group);
        Operable operable = member == null ? null : member.operable();
        if (operable == null) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR, "the client has no such consumer that runs: group=" + group);
        }
        return operable;
    }

    private CompletableFuture<@Nullable Command> later(Command request, Asking asking) {
        CompletableFuture<@Nullable Command> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                Command response;
                try {
                    response = request.respond(
                            ResponseCode.SUCCESS, null, Fields.empty(), JsonBodies.encode(asking.ask()));
                } catch (RuntimeException | Error e) {
                    LOGGER.warn("an operator's request could not be served: request={}", request.code(), e);
                    response = request.fail(ResponseCode.SYSTEM_ERROR, "client failed: " + e);
                }
                answer.complete(response);
            });
        } catch (RejectedExecutionException e) {
            answer.complete(request.fail(
                    ResponseCode.SYSTEM_BUSY, "the client is busy with other requests of operators; try again later"));
        }
        return answer;
    }

    void close() {
        threads.shutdown();
    }

    /** Something that is asked and answered by the body of a response. */
    @FunctionalInterface
    private interface Asking {
        Object ask();
    }
}
