package io.ternmq.spring;

import io.ternmq.client.Action;
import io.ternmq.client.Consumer;
import io.ternmq.client.ExpressionType;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageSelector;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Remembers its subscriptions and delivers by hand. */
public final class FakeConsumer implements Consumer {

    private final String group;
    private final Map<String, String> expressions = new ConcurrentHashMap<>();
    private final Map<String, MessageListener> listeners = new ConcurrentHashMap<>();
    private final Runnable onShutdown;
    private volatile Runnable onStart = () -> {};
    private volatile @Nullable MQClientException refusal;
    private volatile boolean started;
    private volatile boolean closed;
    private volatile boolean suspended;

    public FakeConsumer(String group) {
        this(group, () -> {});
    }

    public FakeConsumer(String group, Runnable onShutdown) {
        this.group = group;
        this.onShutdown = onShutdown;
    }

    public FakeConsumer refusing(MQClientException refusal) {
        this.refusal = refusal;
        return this;
    }

    /** Does something while it starts. */
    public FakeConsumer starting(Runnable work) {
        onStart = work;
        return this;
    }

    public Map<String, String> expressions() {
        return expressions;
    }

    public Action deliver(Message message) {
        return Objects.requireNonNull(listeners.get(message.getTopic()), "not subscribed")
                .consume(message, () -> group);
    }

    @Override
    public void subscribe(String topic, String subExpression, MessageListener listener) {
        expressions.put(topic, subExpression);
        listeners.put(topic, listener);
    }

    @Override
    public void subscribe(String topic, MessageSelector selector, MessageListener listener) {
        subscribe(
                topic,
                selector.getType() == ExpressionType.TAG ? selector.getSubExpression() : selector.toString(),
                listener);
    }

    @Override
    public void unsubscribe(String topic) {
        expressions.remove(topic);
        listeners.remove(topic);
    }

    @Override
    public void suspend() {
        suspended = true;
    }

    @Override
    public void resume() {
        suspended = false;
    }

    public boolean isSuspended() {
        return suspended;
    }

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
        onStart.run();
        if (refusal != null) {
            throw refusal;
        }
        started = true;
    }

    @Override
    public void shutdown() {
        if (!closed) {
            onShutdown.run();
        }
        closed = true;
    }

    @Override
    public void updateCredential(Properties credentialProperties) {}
}
