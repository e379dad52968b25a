package io.ternmq.client.internal.trace;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.TraceStep;
import io.ternmq.client.internal.connection.Connections;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.Route;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.client.internal.trace.TraceCodec.Dialect;
import io.ternmq.client.internal.trace.TraceRecord.Consumed;
import io.ternmq.client.internal.trace.TraceRecord.Delivered;
import io.ternmq.client.internal.trace.TraceRecord.Recalled;
import io.ternmq.client.internal.trace.TraceRecord.Sent;
import io.ternmq.client.internal.trace.TraceRecord.TransactionEnded;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Looks up what clients have told about a message: this one, those of Apache RocketMQ, and the ONS SDK. */
public final class TraceQuery {

    /** Where the ONS SDK writes. */
    private static final String ONS_TOPIC = "rmq_sys_TRACE_DATA_DefaultRegion";

    private static final int MOST_MESSAGES = 64;

    private record Told(TraceRecord entry, String host, long storeTimestamp) {}

    private final Connections connections;
    private final TopicRoutes routes;

    public TraceQuery(Connections connections, TopicRoutes routes) {
        this.connections = connections;
        this.routes = routes;
    }

    /**
     * The steps of a message by time.
     *
     * @return the steps, or an {@link MQClientException} if there is no trace topic or a broker refuses
     */
    public CompletableFuture<List<TraceStep>> find(String messageId) {
        return tell(Tracer.TOPIC, Dialect.APACHE, messageId)
                .thenCombine(
                        tell(ONS_TOPIC, Dialect.ONS, messageId).exceptionally(error -> List.of()), (apache, ons) -> {
                            List<Told> all = new ArrayList<>(apache);
                            all.addAll(ons);
                            return steps(all);
                        });
    }

    private CompletableFuture<List<Told>> tell(String topic, Dialect dialect, String messageId) {
        return routes.forReceiving(topic).thenCompose(route -> {
            List<CompletableFuture<List<Told>>> answers = route.brokers().keySet().stream()
                    .map(broker -> ask(route, broker, dialect, messageId))
                    .toList();
            return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> answers.stream()
                            .flatMap(answer -> answer.join().stream())
                            .toList());
        });
    }

    private CompletableFuture<List<Told>> ask(Route route, String broker, Dialect dialect, String messageId) {
        String address = route.readAddress(broker, 0);
        if (address == null) {
            return CompletableFuture.completedFuture(List.of());
        }
        Fields fields = Fields.builder()
                .put("topic", route.topic())
                .put("key", messageId)
                .put("maxNum", MOST_MESSAGES)
                .put("beginTimestamp", 0)
                .put("endTimestamp", Long.MAX_VALUE)
                .build();
        return connections
                .request(
                        address,
                        RequestCode.QUERY_MESSAGE,
                        fields,
                        Unpooled.EMPTY_BUFFER,
                        connections.requestTimeoutNanos())
                .thenApply(reply -> read(reply, dialect, messageId, address));
    }

    private static List<Told> read(Reply reply, Dialect dialect, String messageId, String address) {
        if (reply.is(ResponseCode.QUERY_NOT_FOUND)) {
            return List.of();
        }
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(
                    reply.code(), "the broker cannot look up a trace: address=" + address + ", " + reply.describe());
        }
        List<Told> told = new ArrayList<>();
        try {
            for (StoredMessage message : StoredMessage.readAll(ByteBuffer.wrap(reply.body()))) {
                String host = message.bornHost().getAddress().getHostAddress();
                for (TraceRecord entry :
                        TraceCodec.decode(new String(message.body(), StandardCharsets.UTF_8), dialect)) {
                    if (entry.messageId().equals(messageId)) {
                        told.add(new Told(entry, host, message.storeTimestamp()));
                    }
                }
            }
        } catch (MalformedMessageException e) {
            throw new MQClientException("a trace cannot be read: address=" + address, e);
        }
        return told;
    }

    private static List<TraceStep> steps(List<Told> all) {
        Map<String, Consumed> ends = new HashMap<>();
        for (Told told : all) {
            if (told.entry() instanceof Consumed consumed) {
                ends.put(consumed.requestId() + consumed.messageId(), consumed);
            }
        }
        return all.stream()
                .filter(told -> !(told.entry() instanceof Consumed))
                .map(told -> step(told, ends))
                .distinct()
                .sorted(Comparator.comparing(TraceStep::time).thenComparing(TraceStep::kind))
                .toList();
    }

    private static TraceStep step(Told told, Map<String, Consumed> ends) {
        TraceRecord entry = told.entry();
        if (entry instanceof Sent sent) {
            return new TraceStep(
                    TraceStep.Kind.SENT,
                    Instant.ofEpochMilli(sent.timestamp()),
                    sent.group(),
                    sent.topic(),
                    sent.clientHost().isEmpty() ? told.host() : sent.clientHost(),
                    sent.storeHost(),
                    sent.costMillis(),
                    sent.success(),
                    0,
                    sent.kind().name());
        }
        if (entry instanceof Delivered delivered) {
            Consumed end = ends.get(delivered.requestId() + delivered.messageId());
            return new TraceStep(
                    TraceStep.Kind.CONSUMED,
                    Instant.ofEpochMilli(delivered.timestamp()),
                    delivered.group(),
                    "",
                    told.host(),
                    "",
                    end == null ? -1 : end.costMillis(),
                    end != null && end.success(),
                    delivered.retryTimes(),
                    end == null ? "UNFINISHED" : end.outcome().name());
        }
        if (entry instanceof TransactionEnded ended) {
            return new TraceStep(
                    TraceStep.Kind.TRANSACTION_ENDED,
                    Instant.ofEpochMilli(ended.timestamp()),
                    ended.group(),
                    ended.topic(),
                    told.host(),
                    ended.storeHost(),
                    0,
                    true,
                    0,
                    ended.state());
        }
        Recalled recalled = (Recalled) entry;
        return new TraceStep(
                TraceStep.Kind.RECALLED,
                Instant.ofEpochMilli(recalled.timestamp()),
                recalled.group(),
                recalled.topic(),
                told.host(),
                "",
                0,
                recalled.success(),
                0,
                "");
    }
}
