package io.ternmq.spring.core;

import io.ternmq.client.Admin;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageSelector;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.context.SmartLifecycle;

/**
 * What consumer beans have in common: a subscription table before the start, and a consumer that comes with each start
 * of the context and goes with each stop.
 *
 * @param <C> the consumer
 * @param <L> its listeners
 */
abstract class SubscribingBean<C extends Admin, L> extends ConfiguredBean implements SmartLifecycle, BeanNameAware {

    private final Map<Subscription, L> subscriptions = new LinkedHashMap<>();
    private @Nullable Properties credentials;
    private @Nullable String beanName;
    private @Nullable Runnable claim;
    private volatile @Nullable C consumer;
    private volatile boolean closed;
    private boolean suspended;

    abstract C create(Properties complete);

    abstract void subscribe(C target, String topic, MessageSelector selector, L listener);

    abstract void unsubscribe(C target, String topic);

    abstract void suspend(C target);

    abstract void resume(C target);

    /** Who gets what. */
    public synchronized void setSubscriptionTable(Map<Subscription, L> subscriptionTable) {
        subscriptions.clear();
        subscriptions.putAll(subscriptionTable);
    }

    @Override
    public void setBeanName(String name) {
        this.beanName = name;
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new MQClientException(name() + " was shut down and cannot be started again; create a new one");
        }
        if (isStarted()) {
            return;
        }
        checkSubscriptions();
        Properties complete = completeProperties();
        if (credentials != null) {
            complete.putAll(credentials);
        }
        claimGroup(complete);
        C fresh = null;
        try {
            fresh = create(complete);
            begin(fresh);
        } catch (RuntimeException e) {
            if (fresh != null) {
                shutDown(fresh, e);
            }
            releaseGroup();
            throw e;
        }
        consumer = fresh;
    }

    private static void shutDown(Admin fresh, RuntimeException reason) {
        try {
            fresh.shutdown();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void begin(C fresh) {
        subscriptions.forEach((subscription, listener) ->
                subscribe(fresh, subscription.getTopic(), subscription.selector(), listener));
        if (suspended) {
            suspend(fresh);
        }
        fresh.start();
    }

    /** Nobody else of the context consumes for the group while this does. */
    private void claimGroup(Properties complete) {
        GroupClaims claims = claims();
        if (claims == null) {
            return;
        }
        ConsumerConfig config = ConsumerConfig.of(complete);
        Map<String, MessageSelector> wanted = new LinkedHashMap<>();
        subscriptions.keySet().forEach(subscription -> wanted.put(subscription.getTopic(), subscription.selector()));
        claims.claim(
                config.client(),
                config.groupId(),
                new GroupClaims.Claimant("bean " + beanName + ", " + getClass().getName(), wanted));
        claim = () -> claims.release(config.client(), config.groupId());
    }

    private void releaseGroup() {
        Runnable release = claim;
        claim = null;
        if (release != null) {
            release.run();
        }
    }

    private void checkSubscriptions() {
        if (subscriptions.isEmpty()) {
            throw new MQClientException(
                    name() + " has no subscriptions: set its property \"subscriptionTable\", or call"
                            + " subscribe(..) before start()");
        }
        Set<String> topics = new HashSet<>();
        for (Subscription subscription : subscriptions.keySet()) {
            subscription.check();
            if (!topics.add(subscription.getTopic())) {
                throw new MQClientException(name() + " subscribes to a topic twice: topic=" + subscription.getTopic()
                        + "; a group has one expression for a topic, such as \"taga||tagb\"");
            }
        }
    }

    /** Stops until the context starts again; drains what the listeners are doing. */
    @Override
    public synchronized void stop() {
        C current = consumer;
        consumer = null;
        if (current != null) {
            try {
                current.shutdown();
            } finally {
                releaseGroup();
            }
        }
    }

    @Override
    public void shutdown() {
        closed = true;
        stop();
    }

    @Override
    public boolean isStarted() {
        C current = consumer;
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
        return ConsumerBean.PHASE;
    }

    public void subscribe(String topic, String subExpression, L listener) {
        subscribe(topic, MessageSelector.byTag(subExpression), listener);
    }

    public synchronized void subscribe(String topic, MessageSelector selector, L listener) {
        C current = consumer;
        if (current != null) {
            subscribe(current, topic, selector, listener);
        }
        subscriptions.keySet().removeIf(subscription -> subscription.getTopic().equals(topic));
        subscriptions.put(Subscription.of(topic, selector), listener);
    }

    public synchronized void unsubscribe(String topic) {
        subscriptions.keySet().removeIf(subscription -> subscription.getTopic().equals(topic));
        C current = consumer;
        if (current != null) {
            unsubscribe(current, topic);
        }
    }

    public synchronized void suspend() {
        suspended = true;
        C current = consumer;
        if (current != null) {
            suspend(current);
        }
    }

    public synchronized void resume() {
        suspended = false;
        C current = consumer;
        if (current != null) {
            resume(current);
        }
    }

    @Override
    public synchronized void updateCredential(Properties credentialProperties) {
        credentials = credentialProperties;
        C current = consumer;
        if (current != null) {
            current.updateCredential(credentialProperties);
        }
    }
}
