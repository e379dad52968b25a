package io.ternmq.client.internal.receive;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.ConsumerState;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.SubscriptionCheck;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer to which messages are leased one by one, while it runs. It has no queues and no offsets: brokers keep account
 * of each message, give it to whoever asks, and give it to another if it is not acknowledged in time.
 */
final class PopConsumption implements GroupConsumer.Receiver {

    private static final Logger LOGGER = LoggerFactory.getLogger(PopConsumption.class);
    private static final int USUAL_LIMIT = 16;
    private static final int SMALLEST_CACHE = 32;
    private static final long WATCH_MILLIS = 1000;

    /** After this time a message that was not begun is somebody else's. */
    private static final long HAND_OVER_MILLIS = 100;

    /** Where the messages of a topic come from. */
    private record Source(String topic, String brokerName) {}

    private final ConsumerConfig config;
    private final ClientInstance client;
    private final Map<String, ? extends Subscription<?>> subscriptions;
    private final PopRequests requests;
    private final int ahead;
    private final CacheBudget budget;
    private final ListenerPool<PoppedMessage> threads;
    private final Function<String, @Nullable MessageListener> listeners;
    private final Map<Source, PopChannel> channels = new HashMap<>();
    private final Set<PoppedMessage> inHand = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private final List<ScheduledFuture<?>> schedule = new ArrayList<>();
    private volatile boolean stopping;
    private volatile boolean suspended;

    PopConsumption(
            ConsumerConfig config,
            ClientInstance client,
            Map<String, ? extends Subscription<?>> subscriptions,
            Function<String, @Nullable MessageListener> listeners) {
        this.config = config;
        this.client = client;
        this.subscriptions = subscriptions;
        this.listeners = listeners;
        this.requests = new PopRequests(
                client,
                config.groupId(),
                config.startFrom(),
                config.invisibleTime().toMillis(),
                new GiveUp(client, config.groupId(), config.maxReconsumeTimes()));
        // What waits for a thread is leased already: little is held ahead, and the others get the rest.
        this.ahead = Math.min(config.maxCachedMessages(), Math.max(SMALLEST_CACHE, 2 * config.consumeThreads()));
        this.budget = new CacheBudget(ahead, config.maxCachedBytes(), () -> {});
        this.threads =
                new ListenerPool<>(config.consumeThreads(), OwnThreads.ofListeners(config, client), this::handle);
    }

    @Override
    public ClientInstance client() {
        return client;
    }

    @Override
    public void start(boolean reached) {
        topics().forEach(client.routes()::watch);
        if (reached) {
            introduce();
        }
        schedule.add(client.runtime().every(WATCH_MILLIS, TimeUnit.MILLISECONDS, this::watch));
        rebalanceSoon();
    }

    private void introduce() {
        List<CompletableFuture<?>> routes = new ArrayList<>();
        for (String topic : topics()) {
            routes.add(client.routes().forReceiving(topic).handle((route, error) -> route));
        }
        client.await(CompletableFuture.allOf(routes.toArray(CompletableFuture<?>[]::new)), "routes are not told");
        subscriptions
                .values()
                .forEach(subscription -> SubscriptionCheck.check(client, config.groupId(), subscription.data()));
        client.await(client.heartbeats().beat(), "brokers do not answer the heartbeat");
    }

    /** The topic of retries is asked for by the broker itself. */
    private List<String> topics() {
        return subscriptions.keySet().stream()
                .filter(topic -> !ResourceNames.isRetryTopic(topic))
                .toList();
    }

    /** Asks each broker that has a topic. */
    @Override
    public void rebalanceSoon() {
        List<PopChannel> begun = new ArrayList<>();
        synchronized (channels) {
            Set<Source> wanted = stopping || suspended ? Set.of() : sources();
            channels.entrySet().removeIf(entry -> {
                boolean goes = !wanted.contains(entry.getKey());
                if (goes) {
                    entry.getValue().stop();
                }
                return goes;
            });
            for (Source source : wanted) {
                Subscription<?> subscription = subscriptions.get(source.topic());
                if (subscription != null && !channels.containsKey(source)) {
                    PopChannel channel = new PopChannel(
                            client,
                            requests,
                            subscription,
                            source.brokerName(),
                            config.invisibleTime().toNanos(),
                            budget,
                            this::take);
                    channels.put(source, channel);
                    begun.add(channel);
                }
            }
        }
        begun.forEach(PopChannel::pull);
    }

    private Set<Source> sources() {
        Set<Source> sources = new HashSet<>();
        for (String topic : topics()) {
            Route route = client.routes().known(topic);
            if (route != null && !route.provisional()) {
                for (MessageQueue queue : route.readQueues()) {
                    sources.add(new Source(topic, queue.brokerName()));
                }
            }
        }
        return sources;
    }

    @Override
    public void subscribed(String topic, boolean again) {
        if (again) {
            stop(topic);
        }
        client.routes().watch(topic);
        CompletableFuture<?> unused = client.routes()
                .forReceiving(topic)
                .handle((route, error) -> route)
                .thenCompose(route -> client.heartbeats().beat())
                .thenRun(this::rebalanceSoon);
    }

    @Override
    public void unsubscribed(String topic) {
        client.routes().unwatch(topic);
        stop(topic);
        CompletableFuture<?> unused = client.heartbeats().beat();
    }

    private void stop(String topic) {
        synchronized (channels) {
            channels.entrySet().removeIf(entry -> {
                boolean goes = entry.getKey().topic().equals(topic);
                if (goes) {
                    entry.getValue().stop();
                }
                return goes;
            });
        }
    }

    private void take(List<PoppedMessage> messages) {
        for (PoppedMessage message : messages) {
            budget.take(1, message.size());
            inHand.add(message);
            if (stopping || suspended) {
                giveBack(message);
            } else {
                threads.submit(message);
            }
        }
    }

    private void handle(PoppedMessage popped) {
        if (stopping) {
            giveBack(popped);
        } else if (popped.isLeaseOver(System.nanoTime())) {
            // It waited for a thread for too long and is somebody else's by now.
            if (popped.settle()) {
                done(popped);
            }
        } else if (popped.begin()) {
            Handling handling = new Handling(config.groupId());
            boolean success = consume(popped, handling);
            if (popped.settle()) {
                finish(popped, handling.outcome(success));
            }
        }
    }

    /** Whatever a listener throws is its failure, not this thread's. */
    private boolean consume(PoppedMessage popped, Handling handling) {
        try {
            StoredMessage stored = popped.stored();
            // Of the queue that it was popped from nothing follows for the listener, but it may want to log it.
            Message message = MessageCodec.message(
                    stored,
                    new MessageQueue(stored.topic(), popped.handle().join().brokerName(), stored.queueId()));
            message.setTopic(popped.topic());
            MessageListener listener = listeners.apply(popped.topic());
            if (listener != null && listener.consume(message, handling) == Action.CommitMessage) {
                return true;
            }
            LOGGER.debug("a message is asked for again: group={}, {}", config.groupId(), popped);
        } catch (Throwable e) {
            LOGGER.warn(
                    "a listener has failed: group={}, {}, reconsumeTimes={}; the message is delivered again later",
                    config.groupId(),
                    popped,
                    popped.stored().reconsumeTimes(),
                    e);
        }
        return false;
    }

    private void finish(PoppedMessage popped, ConsumeOutcome outcome) {
        if (outcome instanceof ConsumeOutcome.Retry retry) {
            failed(popped, RetryDelay.of(retry.delay()));
        } else if (outcome instanceof ConsumeOutcome.DeadLetter dead) {
            settled(popped, requests.giveUp(popped, dead.reason()));
        } else {
            settled(popped, requests.acknowledge(popped));
        }
    }

    private void failed(PoppedMessage popped, RetryDelay delay) {
        int failures = popped.stored().reconsumeTimes();
        int limit = config.maxReconsumeTimes() < 0 ? USUAL_LIMIT : config.maxReconsumeTimes();
        settled(
                popped,
                failures >= limit
                        ? requests.giveUp(popped, null)
                        : requests.again(popped, delay.millisAfter(failures)));
    }

    private void settled(PoppedMessage popped, CompletableFuture<?> settled) {
        CompletableFuture<?> unused = settled.whenComplete((answer, error) -> {
            if (error != null) {
                LOGGER.warn(
                        "the broker does not take the outcome of a message: group={}, {}, reason={}; it is delivered"
                                + " again when its lease is over",
                        config.groupId(),
                        popped,
                        error.toString());
            }
            done(popped);
        });
    }

    @Override
    public ConsumerState state(boolean suspended) {
        return new ConsumerState(
                client.clientId(),
                suspended,
                List.of(),
                budget.count(),
                budget.bytes(),
                ahead,
                config.maxCachedBytes());
    }

    /** What is leased and was not begun goes to the other members at once. */
    @Override
    public void suspend() {
        suspended = true;
        threads.suspend();
        rebalanceSoon();
        giveBackWaiting();
    }

    @Override
    public void resume() {
        suspended = false;
        threads.resume();
        rebalanceSoon();
    }

    private void giveBackWaiting() {
        for (PoppedMessage popped : inHand) {
            if (!popped.isRunning()) {
                giveBack(popped);
            }
        }
    }

    private void giveBack(PoppedMessage popped) {
        if (popped.settle()) {
            CompletableFuture<?> unused =
                    requests.again(popped, HAND_OVER_MILLIS).whenComplete((answer, error) -> done(popped));
        }
    }

    private void done(PoppedMessage popped) {
        if (inHand.remove(popped)) {
            budget.giveBack(popped.size(), true);
        }
        if (stopping && inHand.isEmpty()) {
            drained.complete(null);
        }
    }

    private void watch() {
        threads.wakeIfWaiting();
        long now = System.nanoTime();
        for (PoppedMessage popped : inHand) {
            if (popped.isOverdue(now, config.consumeTimeout().toNanos())) {
                if (popped.settle()) {
                    LOGGER.warn(
                            "a listener does not come to an end: group={}, {}; the message counts as failed",
                            config.groupId(),
                            popped);
                    failed(popped, RetryDelay.AFTER_TIMEOUT);
                }
            } else if (popped.isRunning() && popped.isLeaseEnding(now)) {
                popped.prolong(now, handle -> requests.prolong(popped, handle));
            }
        }
    }

    @Override
    public void stop() {
        topics().forEach(client.routes()::unwatch);
        stopping = true;
        rebalanceSoon();
        threads.stop();
        giveBackWaiting();
        if (inHand.isEmpty()) {
            drained.complete(null);
        }
        try {
            drained.get(config.shutdownTimeout().toNanos(), TimeUnit.NANOSECONDS);
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
        schedule.forEach(repeated -> repeated.cancel(false));
        threads.close();
    }
}
