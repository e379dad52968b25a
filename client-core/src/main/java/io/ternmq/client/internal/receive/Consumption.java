package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageModel;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.group.Assignments;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.OffsetStore;
import io.ternmq.client.internal.group.StartOffsets;
import io.ternmq.protocol.message.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer while it runs: puts the parts together, starts them in order, and ends them in order. */
final class Consumption {

    private static final Logger LOGGER = LoggerFactory.getLogger(Consumption.class);
    private static final long REBALANCE_SECONDS = 20;
    private static final long COMMIT_SECONDS = 5;
    private static final long LONGEST_WATCH_MILLIS = 30_000;

    private final ConsumerConfig config;
    private final ClientInstance client;
    private final Map<String, Subscription> subscriptions;
    private final ListenerPool listeners;
    private final MessageHandler handler;
    private final Rebalancer rebalancer;
    private final List<ScheduledFuture<?>> schedule = new ArrayList<>();

    Consumption(
            ConsumerConfig config,
            ClientInstance client,
            Map<String, Subscription> subscriptions,
            OffsetStore offsets) {
        this.config = config;
        this.client = client;
        this.subscriptions = subscriptions;
        String group = config.groupId();
        this.handler = new MessageHandler(
                group,
                config.messageModel(),
                this::listener,
                new SendBack(client, group, config.maxReconsumeTimes()),
                client.runtime());
        this.listeners = new ListenerPool(group, config.consumeThreads(), config.listenerThreads(), this::handle);
        this.rebalancer = new Rebalancer(
                subscriptions::keySet,
                subscriptions::get,
                new Assignments(client, group, config.messageModel()),
                offsets,
                new StartOffsets(client, offsets, config.startFrom()),
                new QueuePuller.Surroundings(
                        client,
                        group,
                        config.pullBatchSize(),
                        offsets.commitsWithPull(),
                        new CacheBudget(config.maxCachedMessages(), config.maxCachedBytes()),
                        listeners,
                        new QueuePuller.Whereabouts() {
                            @Override
                            public void movedTo(ProcessQueue queue, long offset) {
                                rebalancer.movedTo(queue, offset);
                            }

                            @Override
                            public void gone(ProcessQueue queue) {
                                rebalancer.gone(queue);
                            }
                        }));
    }

    private void handle(Entry entry) {
        handler.handle(entry, listeners::submit);
    }

    private @Nullable MessageListener listener(String topic) {
        Subscription subscription = subscriptions.get(topic);
        return subscription == null ? null : subscription.listener();
    }

    ClientInstance client() {
        return client;
    }

    /** Gets to know the brokers, makes itself known to them, and takes its queues; then messages come. Blocks. */
    void start() {
        List<CompletableFuture<?>> routes = new ArrayList<>();
        for (String topic : subscriptions.keySet()) {
            routes.add(discover(topic));
        }
        client.await(CompletableFuture.allOf(routes.toArray(CompletableFuture<?>[]::new)), "routes are not told");
        client.await(client.heartbeats().beat(), "brokers do not answer the heartbeat");
        if (config.messageModel() == MessageModel.CLUSTERING) {
            // The heartbeat has made it, if it was not there.
            client.await(discover(ResourceNames.retryTopic(config.groupId())), "the route of retries is not told");
        }
        awaitQueues();
        ClientRuntime runtime = client.runtime();
        long watchMillis = Math.min(
                LONGEST_WATCH_MILLIS, Math.max(100, config.consumeTimeout().toMillis() / 4));
        schedule.add(runtime.every(REBALANCE_SECONDS, TimeUnit.SECONDS, rebalancer::rebalanceQuietly));
        schedule.add(runtime.every(COMMIT_SECONDS, TimeUnit.SECONDS, this::commitQuietly));
        schedule.add(runtime.every(watchMillis, TimeUnit.MILLISECONDS, this::expireOverdue));
    }

    /** A broker that is slow now does not keep the application from starting; the queues follow when it can tell. */
    private void awaitQueues() {
        try {
            client.await(rebalancer.rebalance(), "the queues are not shared out yet");
        } catch (MQClientException e) {
            LOGGER.warn("consumer starts without its queues, they follow: group={}", config.groupId(), e);
        }
    }

    /** Asks for a route; a topic that does not exist yet is waited for without holding anything up. */
    private CompletableFuture<?> discover(String topic) {
        client.routes().watch(topic);
        return client.routes().forReceiving(topic).handle((route, error) -> {
            if (error != null && !ResourceNames.isRetryTopic(topic)) {
                LOGGER.warn(
                        "a subscribed topic cannot be found yet: group={}, topic={}, reason={}; looking every second",
                        config.groupId(),
                        topic,
                        error.getMessage());
            }
            return route;
        });
    }

    void subscribed(String topic, boolean again) {
        if (again) {
            rebalancer.restart(topic);
        }
        CompletableFuture<?> unused = discover(topic)
                .thenCompose(route -> client.heartbeats().beat())
                .thenCompose(beaten -> rebalancer.rebalance());
    }

    void unsubscribed(String topic) {
        client.routes().unwatch(topic);
        rebalancer.restart(topic);
        CompletableFuture<?> unused = client.heartbeats().beat();
    }

    void rebalanceSoon() {
        rebalancer.rebalanceQuietly();
    }

    private void commitQuietly() {
        CompletableFuture<?> unused = rebalancer.commit();
    }

    private void expireOverdue() {
        listeners.wakeIfWaiting();
        long now = System.nanoTime();
        long timeoutNanos = config.consumeTimeout().toNanos();
        for (ProcessQueue queue : rebalancer.queues()) {
            for (Entry entry : queue.open()) {
                if (entry.isOverdue(now, timeoutNanos)) {
                    handler.expire(entry, listeners::submit);
                }
            }
        }
    }

    /** Ends everything in order; what was achieved is kept. Blocks while listeners run, up to the configured limit. */
    void stop() {
        schedule.forEach(repeated -> repeated.cancel(false));
        subscriptions.keySet().forEach(client.routes()::unwatch);
        rebalancer.stop();
        listeners.stop();
        try {
            handler.drain().get(config.shutdownTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOGGER.warn(
                    "consumer shuts down while listeners run: group={}, waited={}; their messages come again",
                    config.groupId(),
                    config.shutdownTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("draining cannot fail", e);
        }
        commit();
        listeners.close();
        rebalancer.queues().forEach(ProcessQueue::drop);
    }

    private void commit() {
        try {
            client.await(rebalancer.commit(), "offsets are not committed");
        } catch (MQClientException e) {
            LOGGER.warn("offsets are not committed: group={}; messages may come twice", config.groupId(), e);
        }
    }
}
