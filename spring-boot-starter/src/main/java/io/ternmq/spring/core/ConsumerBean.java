package io.ternmq.spring.core;

import io.ternmq.client.Consumer;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageSelector;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * A {@link Consumer} for XML and Java configuration: set {@code properties} (keys of {@link
 * io.ternmq.client.PropertyKeyConst}) and {@code subscriptionTable}, name {@code start} as init method and {@code
 * shutdown} as destroy method. Where Spring Boot configures TernMQ, the name server need not be given: it is that of the
 * application, also the embedded broker's.
 *
 * <p>When the context stops, this bean stops before the beans its listeners use, as {@code @MessageListener} methods do;
 * when the context starts again, so does this bean. Without the init method it starts with the other listeners.
 *
 * <p>Setters before {@link #start()}, everything else on any thread.
 */
public final class ConsumerBean implements Consumer, SmartLifecycle {

    /** Listeners start after, and stop before, everything an application does besides. */
    public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 100;

    private final Function<Properties, Consumer> factory;
    private final ClientProperties properties = new ClientProperties();
    private final Map<Subscription, MessageListener> subscriptions = new LinkedHashMap<>();
    private @Nullable Properties credentials;
    private volatile @Nullable Consumer consumer;
    private volatile boolean closed;
    private boolean suspended;

    public ConsumerBean() {
        this(MQFactory::createConsumer);
    }

    ConsumerBean(Function<Properties, Consumer> factory) {
        this.factory = factory;
    }

    /** The settings, by the names of {@link io.ternmq.client.PropertyKeyConst}. */
    public void setProperties(Properties properties) {
        this.properties.set(properties);
    }

    /** Who gets what. */
    public synchronized void setSubscriptionTable(Map<Subscription, MessageListener> subscriptionTable) {
        subscriptions.clear();
        subscriptions.putAll(subscriptionTable);
    }

    /** The name server to use if the properties name none, {@code host:port}, several separated by {@code ;}. */
    public void setDefaultNameServer(String nameServer) {
        properties.setDefaultNameServer(nameServer);
    }

    /** Whether the properties name a name server. */
    public boolean isNameServerGiven() {
        return properties.nameServerGiven();
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new MQClientException("ConsumerBean was shut down and cannot be started again; create a new one");
        }
        if (isStarted()) {
            return;
        }
        checkSubscriptions();
        Properties complete = properties.complete("ConsumerBean");
        if (credentials != null) {
            complete.putAll(credentials);
        }
        Consumer fresh = factory.apply(complete);
        subscriptions.forEach((subscription, listener) ->
                fresh.subscribe(subscription.getTopic(), subscription.selector(), listener));
        if (suspended) {
            fresh.suspend();
        }
        try {
            fresh.start();
        } catch (RuntimeException e) {
            fresh.shutdown();
            throw e;
        }
        consumer = fresh;
    }

    private void checkSubscriptions() {
        if (subscriptions.isEmpty()) {
            throw new MQClientException("ConsumerBean has no subscriptions: set its property \"subscriptionTable\", or "
                    + "call subscribe(..) before start()");
        }
        Set<String> topics = new HashSet<>();
        for (Subscription subscription : subscriptions.keySet()) {
            subscription.check();
            if (!topics.add(subscription.getTopic())) {
                throw new MQClientException("ConsumerBean subscribes to a topic twice: topic=" + subscription.getTopic()
                        + "; a group has one expression for a topic, such as \"taga||tagb\"");
            }
        }
    }

    /** Stops until the context starts again; drains what the listeners are doing. */
    @Override
    public synchronized void stop() {
        Consumer current = consumer;
        consumer = null;
        if (current != null) {
            current.shutdown();
        }
    }

    @Override
    public void shutdown() {
        closed = true;
        stop();
    }

    @Override
    public boolean isStarted() {
        Consumer current = consumer;
        return current != null && current.isStarted();
    }

    @Override
    public boolean isRunning() {
        return consumer != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void subscribe(String topic, String subExpression, MessageListener listener) {
        subscribe(topic, MessageSelector.byTag(subExpression), listener);
    }

    @Override
    public synchronized void subscribe(String topic, MessageSelector selector, MessageListener listener) {
        Consumer current = consumer;
        if (current != null) {
            current.subscribe(topic, selector, listener);
        }
        subscriptions.keySet().removeIf(subscription -> subscription.getTopic().equals(topic));
        subscriptions.put(Subscription.of(topic, selector), listener);
    }

    @Override
    public synchronized void unsubscribe(String topic) {
        subscriptions.keySet().removeIf(subscription -> subscription.getTopic().equals(topic));
        Consumer current = consumer;
        if (current != null) {
            current.unsubscribe(topic);
        }
    }

    /** Also for the consumers of later starts. */
    @Override
    public synchronized void suspend() {
        suspended = true;
        Consumer current = consumer;
        if (current != null) {
            current.suspend();
        }
    }

    @Override
    public synchronized void resume() {
        suspended = false;
        Consumer current = consumer;
        if (current != null) {
            current.resume();
        }
    }

    @Override
    public synchronized void updateCredential(Properties credentialProperties) {
        credentials = credentialProperties;
        Consumer current = consumer;
        if (current != null) {
            current.updateCredential(credentialProperties);
        }
    }
}
