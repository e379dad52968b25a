package io.ternmq.broker.request.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.broker.group.ConsumerGroup;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.Member;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ConsumerStatus;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.OffsetMessageId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks consumers something for an operator and passes the answer on: what they are doing (307), where they stand (223), to consume a message now (309).
 * Registered as blocking, because a message may have to be read; waits for no client.
 */
public final class ClientCallHandler {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String GROUP = "consumerGroup";
    private static final String CLIENT = "clientId";

    private final BrokerIdentity identity;
    private final Consumers consumers;
    private final MessageStore store;

    /** Wires the handler. */
    public ClientCallHandler(BrokerIdentity identity, Consumers consumers, MessageStore store) {
        this.identity = identity;
        this.consumers = consumers;
        this.store = store;
    }

    /** Asks a consumer what it is doing. */
    public void runningInfo(Request request) throws CommandException {
        Member member = requireMember(request);
        forward(request, member, RequestCode.GET_CONSUMER_RUNNING_INFO, request.fields(), Unpooled.EMPTY_BUFFER);
    }

    /** Hands a stored message, named by its offset message id, to a consumer at once, and passes on what came of it. */
    public void consumeDirectly(Request request) throws CommandException {
        Member member = requireMember(request);
        OffsetMessageId id = OffsetMessageId.parse(request.fields().require("msgId"));
        Optional<ByteBuffer> record = store.recordAt(id.commitLogOffset());
        if (record.isEmpty()) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "message is not stored here: msgId=" + id + ", offset=" + id.commitLogOffset()
                            + "; it may have expired");
        }
        Fields fields = Fields.builder()
                .put("brokerName", identity.brokerName())
                .putAll(request.fields())
                .build();
        ByteBuf message = Unpooled.copiedBuffer(record.get());
        forward(request, member, RequestCode.CONSUME_MESSAGE_DIRECTLY, fields, message);
    }

    /** Asks the consumers of a group, or one of them, where they stand on a topic, and answers for all of them. */
    public void status(Request request) throws CommandException {
        String topic = request.fields().require("topic");
        String group = request.fields().require("group");
        String client = request.fields().get("clientAddr", "");
        ConsumerGroup online = consumers.find(group);
        if (online == null) {
            throw notOnline("group=" + group);
        }
        Map<String, CompletableFuture<Map<MessageQueue, Long>>> answers = new TreeMap<>();
        for (Member member : online.members()) {
            if (client.isEmpty() || client.equals(member.clientId())) {
                Fields fields =
                        Fields.builder().put("topic", topic).put("group", group).build();
                answers.put(member.clientId(), askStatus(member, fields));
            }
        }
        List<CompletableFuture<?>> all = new ArrayList<>(answers.values());
        CompletableFuture<?> unused = CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, error) -> {
                    if (error != null) {
                        request.fail(refusal(error, "group=" + group));
                        return;
                    }
                    Map<String, Map<MessageQueue, Long>> table = new TreeMap<>();
                    answers.forEach((id, answer) -> table.put(id, answer.join()));
                    request.succeed(JsonBodies.encode(new ConsumerStatus(Map.of(), table)));
                });
    }

    private static CompletableFuture<Map<MessageQueue, Long>> askStatus(Member member, Fields fields) {
        return member.connection()
                .call(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, fields, Unpooled.EMPTY_BUFFER, TIMEOUT)
                .thenApply(passingFailures(answer -> {
                    if (answer.code() != ResponseCode.SUCCESS.number()) {
                        throw new CommandException(
                                ResponseCode.SYSTEM_ERROR,
                                "client refuses: client=" + member.clientId() + ", code=" + answer.code() + ", remark="
                                        + answer.remark());
                    }
                    return JsonBodies.decodeWithObjectKeys(answer.body(), ConsumerStatus.class)
                            .messageQueueTable();
                }));
    }

    private static void forward(Request request, Member member, RequestCode code, Fields fields, ByteBuf body) {
        CompletableFuture<?> unused = member.connection()
                .call(code, fields, body, TIMEOUT)
                .whenComplete((answer, error) -> {
                    if (answer == null) {
                        request.fail(refusal(error, "client=" + member.clientId()));
                    } else {
                        request.pass(answer);
                    }
                });
    }

    private Member requireMember(Request request) throws CommandException {
        String group = request.fields().require(GROUP);
        String client = request.fields().require(CLIENT);
        ConsumerGroup online = consumers.find(group);
        if (online != null) {
            for (Member member : online.members()) {
                if (member.clientId().equals(client)) {
                    return member;
                }
            }
        }
        throw new CommandException(
                ResponseCode.SYSTEM_ERROR, "consumer is not online: group=" + group + ", client=" + client);
    }

    private static CommandException notOnline(String who) {
        return new CommandException(ResponseCode.CONSUMER_NOT_ONLINE, "no consumer is online: " + who);
    }

    private static CommandException refusal(@Nullable Throwable error, String who) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof CommandException refusal) {
            return refusal;
        }
        if (cause instanceof TimeoutException) {
            return new CommandException(
                    ResponseCode.CONSUME_MSG_TIMEOUT,
                    "client does not answer: " + who + ", waited=" + TIMEOUT.toMillis() + " ms");
        }
        return new CommandException(ResponseCode.SYSTEM_ERROR, "client is gone: " + who + ", reason=" + cause);
    }

    private static <T> Function<Command, T> passingFailures(Reading<T> reading) {
        return answer -> {
            try {
                return reading.read(answer);
            } catch (CommandException e) {
                throw new CompletionException(e);
            }
        };
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(Command answer) throws CommandException;
    }
}
