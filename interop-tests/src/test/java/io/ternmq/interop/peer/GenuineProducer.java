package io.ternmq.interop.peer;

import io.ternmq.interop.client.Outcome;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.Sent;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.client.TestTransactionProducer;
import io.ternmq.interop.driver.Line;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A producer in a genuine client's process. Thread safe. */
public final class GenuineProducer implements TestProducer, TestTransactionProducer {
    private final GenuineClient client;
    private final String name;

    GenuineProducer(GenuineClient client, String name) {
        this.client = client;
        this.name = name;
    }

    @Override
    public Sent send(Outgoing message) {
        return sent(client.call(command("sync", message)));
    }

    @Override
    public Sent send(Outgoing message, Outcome outcome) {
        return sent(client.call(command("transaction", message).with("outcome", outcome)));
    }

    @Override
    public int checks() {
        return client.call(Line.of("checks").with("name", name)).number("count", -1);
    }

    /** Sends to this queue and waits for the answer. */
    public Sent send(Outgoing message, int queueId) {
        return sent(client.call(command("sync", message).with("queue", queueId)));
    }

    @Override
    public CompletableFuture<Sent> sendAsync(Outgoing message) {
        return client.callAsync(command("async", message)).thenApply(GenuineProducer::sent);
    }

    @Override
    public void sendOneway(Outgoing message) {
        client.call(command("oneway", message));
    }

    @Override
    public List<Sent> sendBatch(List<Outgoing> messages) {
        Line.Builder command = Line.of("batch").with("name", name).with("count", messages.size());
        for (int i = 0; i < messages.size(); i++) {
            Outgoing message = messages.get(i);
            add(command.with("topic", message.topic()), i + ".", message);
        }
        Line answer = client.call(command);
        String[] ids = answer.get("msgId").split(",", -1);
        String[] offsetIds = answer.get("offsetMsgId").split(",", -1);
        if (ids.length != messages.size() || offsetIds.length != messages.size()) {
            throw new IllegalStateException("not one id for each message of the batch: " + answer.text());
        }
        Sent first = sent(answer);
        return IntStream.range(0, messages.size())
                .mapToObj(i -> new Sent(ids[i], offsetIds[i], first.queueId(), first.queueOffset() + i))
                .toList();
    }

    /**
     * Sends a message to be delivered later, and returns what it can be taken back with; empty where the client tells no such thing.
     *
     * @param how {@code delayLevel}, or {@code timer.} and the name of the setter of the client
     */
    public String sendLater(Outgoing message, String how, long value) {
        Line answer = client.call(command("sync", message).with(how, value));
        sent(answer);
        String handle = answer.find("recallHandle");
        return handle == null ? "" : handle;
    }

    /** Takes a message back, and returns its id; fails as the client does. */
    public String recall(String topic, String handle) {
        return client.call(Line.of("recall")
                        .with("name", name)
                        .with("topic", topic)
                        .with("handle", handle))
                .get("msgId");
    }

    /** Sends a request, waits for the reply, and returns its text. */
    public String request(Outgoing message, Duration timeout) {
        Line.Builder command = Line.of("request").with("name", name).with("topic", message.topic());
        Line answer = client.call(add(command, "", message).with("timeoutMillis", (int) timeout.toMillis()));
        return new String(answer.bytes("body"), StandardCharsets.UTF_8);
    }

    /** Creates a topic as applications do, through the template topic. */
    public void createTopic(String topic, int queues) {
        client.call(
                Line.of("createTopic").with("name", name).with("topic", topic).with("queues", queues));
    }

    /** Returns how many queues the route of a topic offers to producers. */
    public int writeQueues(String topic) {
        return client.call(Line.of("queues").with("name", name).with("topic", topic))
                .number("count", 0);
    }

    @Override
    public void close() {
        client.call(Line.of("stop").with("name", name));
    }

    private Line.Builder command(String mode, Outgoing message) {
        return add(Line.of("send").with("name", name).with("mode", mode).with("topic", message.topic()), "", message);
    }

    private static Line.Builder add(Line.Builder command, String prefix, Outgoing message) {
        return command.with(prefix + "tags", message.tag())
                .with(prefix + "keys", message.key())
                .with(prefix + "body", message.body())
                .withAll(prefix + "property.", message.properties());
    }

    private static Sent sent(Line answer) {
        if (!answer.get("status").equals("SEND_OK")) {
            throw new IllegalStateException("not stored as asked: " + answer.text());
        }
        // The result of a transactional send leaves it out.
        String offsetMessageId = answer.find("offsetMsgId");
        return new Sent(
                answer.get("msgId"),
                offsetMessageId == null ? "" : offsetMessageId,
                answer.number("queueId", -1),
                Long.parseLong(answer.get("queueOffset")));
    }
}
