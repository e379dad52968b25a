package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.SendResult;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.route.Route;
import io.ternmq.client.internal.send.Parcel.Contents;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A batch that the application has put together. What exceeds the size limit travels in several requests, one after the
 * other and to the same queue as long as its broker takes them, so that the messages stay in order.
 */
final class Consignment implements Outcome {

    private static final SendTask.Rules TOGETHER = new SendTask.Rules(false, false);

    private final SendTask.Setting setting;
    private final List<Contents> messages;
    private final int maxBytes;
    private final long startNanos;
    private final long deadlineNanos;
    private final List<SendResult> results;
    private final CompletableFuture<List<SendResult>> all = new CompletableFuture<>();
    private int sent;

    /**
     * Creates one.
     *
     * @param messages all of one topic
     * @param maxBytes what one request may hold
     */
    Consignment(SendTask.Setting setting, List<Contents> messages, int maxBytes, long startNanos, long deadlineNanos) {
        this.setting = setting;
        this.messages = messages;
        this.maxBytes = maxBytes;
        this.startNanos = startNanos;
        this.deadlineNanos = deadlineNanos;
        this.results = new ArrayList<>(messages.size());
    }

    /** Sets out; the future ends with the results of all messages, in their order, or with the first failure. */
    CompletableFuture<List<SendResult>> start() {
        sendPart();
        return all;
    }

    private void sendPart() {
        List<Parcel> part = nextPart();
        SendTask task = new SendTask(setting, part, TOGETHER, SendTask.Progress.NONE);
        Route route = setting.client().routes().known(messages.get(0).topic());
        if (results.isEmpty() || route == null) {
            task.start();
            return;
        }
        TopicPartition before = results.get(results.size() - 1).getTopicPartition();
        task.start(route, new MessageQueue(before.topic(), before.brokerName(), before.queueId()));
    }

    private List<Parcel> nextPart() {
        List<Parcel> part = new ArrayList<>();
        int bytes = 0;
        while (sent < messages.size()
                && (part.isEmpty() || bytes + messages.get(sent).bytesInBatch() <= maxBytes)) {
            Contents next = messages.get(sent++);
            bytes += next.bytesInBatch();
            part.add(new Parcel(next, Parcel.NO_ROOM, startNanos, deadlineNanos, this));
        }
        return part;
    }

    @Override
    public void stored(SendResult result) {
        results.add(result);
        if (results.size() == messages.size()) {
            all.complete(List.copyOf(results));
        } else if (results.size() == sent) {
            sendPart();
        }
    }

    @Override
    public void failed(MQClientException reason) {
        if (results.isEmpty()) {
            all.completeExceptionally(reason);
            return;
        }
        all.completeExceptionally(new MQClientException(
                reason.getResponseCode(),
                reason.getMessage() + "; of the batch, the first messages are stored: stored=" + results.size()
                        + ", messages=" + messages.size(),
                reason));
    }
}
