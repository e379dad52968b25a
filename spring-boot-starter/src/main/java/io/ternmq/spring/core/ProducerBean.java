package io.ternmq.spring.core;

import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.RescheduleResult;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * A {@link Producer} for XML and Java configuration: set {@code properties} (keys of {@link
 * io.ternmq.client.PropertyKeyConst}), name {@code start} as init method and {@code shutdown} as destroy method, inject it
 * as {@code Producer}. Where Spring Boot configures TernMQ, the name server need not be given: it is that of the
 * application, also the embedded broker's.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class ProducerBean extends SendingBean<Producer> implements Producer {

    private final Function<Properties, Producer> factory;

    public ProducerBean() {
        this(MQFactory::createProducer);
    }

    ProducerBean(Function<Properties, Producer> factory) {
        this.factory = factory;
    }

    @Override
    Producer create(Properties complete) {
        return factory.apply(complete);
    }

    @Override
    public SendResult send(Message message) {
        return started().send(message);
    }

    @Override
    public List<SendResult> send(Collection<Message> messages) {
        return started().send(messages);
    }

    @Override
    public void sendOneway(Message message) {
        started().sendOneway(message);
    }

    @Override
    public void sendAsync(Message message, SendCallback sendCallback) {
        started().sendAsync(message, sendCallback);
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(Message message) {
        return started().sendAsync(message);
    }

    @Override
    public CompletableFuture<List<SendResult>> sendAsync(Collection<Message> messages) {
        return started().sendAsync(messages);
    }

    @Override
    public RecallOutcome recall(String topic, String recallHandle) {
        return started().recall(topic, recallHandle);
    }

    @Override
    public RescheduleResult reschedule(String topic, String recallHandle, Instant deliverAt) {
        return started().reschedule(topic, recallHandle, deliverAt);
    }

    @Override
    public Message request(Message message, Duration timeout) {
        return started().request(message, timeout);
    }

    @Override
    public CompletableFuture<Message> requestAsync(Message message, Duration timeout) {
        return started().requestAsync(message, timeout);
    }

    @Override
    public SendResult reply(Message request, Message reply) {
        return started().reply(request, reply);
    }

    @Override
    public CompletableFuture<SendResult> replyAsync(Message request, Message reply) {
        return started().replyAsync(request, reply);
    }

    @Override
    public void setCallbackExecutor(ExecutorService callbackExecutor) {
        started().setCallbackExecutor(callbackExecutor);
    }
}
