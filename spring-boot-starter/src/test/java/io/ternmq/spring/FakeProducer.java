package io.ternmq.spring;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.RescheduleResult;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
import io.ternmq.client.SendStatus;
import io.ternmq.client.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Remembers what it was told to send. */
public final class FakeProducer implements Producer {

    private final List<Message> sent = new CopyOnWriteArrayList<>();
    private final List<Message> oneway = new CopyOnWriteArrayList<>();
    private volatile @Nullable MQClientException refusal;
    private volatile boolean started;
    private volatile boolean closed;

    public List<Message> sent() {
        return sent;
    }

    public List<Message> oneway() {
        return oneway;
    }

    /** Lets every send fail from now on. */
    public void refuse(MQClientException failure) {
        refusal = failure;
    }

    @Override
    public SendResult send(Message message) {
        MQClientException failure = refusal;
        if (failure != null) {
            throw failure;
        }
        sent.add(message);
        message.setMsgID("id-" + sent.size());
        return new SendResult(
                "id-" + sent.size(),
                new TopicPartition(message.getTopic(), "broker", 0),
                sent.size(),
                "offset-id",
                SendStatus.OK);
    }

    @Override
    public List<SendResult> send(Collection<Message> messages) {
        return messages.stream().map(this::send).toList();
    }

    @Override
    public void sendOneway(Message message) {
        oneway.add(message);
    }

    @Override
    public RecallOutcome recall(String topic, String recallHandle) {
        return RecallOutcome.UNKNOWN;
    }

    @Override
    public RescheduleResult reschedule(String topic, String recallHandle, Instant deliverAt) {
        return new RescheduleResult(RescheduleResult.Outcome.UNKNOWN, null);
    }

    @Override
    public void sendAsync(Message message, SendCallback sendCallback) {
        sendCallback.onSuccess(send(message));
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(Message message) {
        MQClientException failure = refusal;
        return failure == null
                ? CompletableFuture.completedFuture(send(message))
                : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletableFuture<List<SendResult>> sendAsync(Collection<Message> messages) {
        return CompletableFuture.completedFuture(send(messages));
    }

    @Override
    public Message request(Message message, Duration timeout) {
        throw new UnsupportedOperationException("this fake has nobody who replies");
    }

    @Override
    public CompletableFuture<Message> requestAsync(Message message, Duration timeout) {
        throw new UnsupportedOperationException("this fake has nobody who replies");
    }

    @Override
    public SendResult reply(Message request, Message reply) {
        return send(reply);
    }

    @Override
    public CompletableFuture<SendResult> replyAsync(Message request, Message reply) {
        return sendAsync(reply);
    }

    @Override
    public void setCallbackExecutor(ExecutorService callbackExecutor) {}

    @Override
    public boolean isStarted() {
        return started && !closed;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public void shutdown() {
        closed = true;
    }

    @Override
    public void updateCredential(Properties credentialProperties) {}
}
