package io.ternmq.client.internal.receive;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.ConsumerState;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.group.Assignments;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.OffsetStore;
import io.ternmq.client.internal.group.Operable;
import io.ternmq.client.internal.group.StartOffsets;
import io.ternmq.client.internal.group.SubscriptionCheck;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer while it runs: puts the parts together, starts them in order, and ends them in order. */
final class Consumption implements GroupConsumer.Receiver {

    private static final Logger LOGGER = LoggerFactory.getLogger(Consumption.class);
    private static final long LONGEST_WATCH_MILLIS = 30_000;

    private final ConsumerConfig config;
    private final ClientInstance client;
    private final Map<String, ? extends Subscription<?>> subscriptions;
    private final Receiving receiving;
    private final Timing timing;
    private final Rebalancer rebalancer;
    private final CacheBudget budget;
    private final ConsumeRates rates;
    private final long startedMillis = System.currentTimeMillis();
    private final List<ScheduledFuture<?>> schedule = new ArrayList<>();
    private @Nullable ScheduledFuture<?> keeping;

    Consumption(
            ConsumerConfig config,
            ClientInstance client,
            Map<String, ? extends Subscription<?>> subscriptions,
            OffsetStore offsets,
            Receiving receiving,
            Timing timing,
            ConsumeRates rates) {
        this.config = config;
        this.client = client;
        this.subscriptions = subscriptions;
        this.receiving = receiving;
        this.timing = timing;
        this.rates = rates;
        String group = config.groupId();
        this.budget = new CacheBudget(config.maxCachedMessages(), config.maxCachedBytes(), this::sayCacheFull);
        this.rebalancer = new Rebalancer(
                subscriptions::keySet,
                subscriptions::get,
                new Assignments(client, group, config.messageModel(), config.allocation(), config.share())::of,
                receiving.ownership(),
                offsets,
                new StartOffsets(client, offsets, config.startFrom())::find,
                timing,
                new QueuePuller.Surroundings(
                        client,
                        group,
                        config.pullBatchSize(),
                        offsets.commitsWithPull(),
                        false,
                        budget,
                        receiving.sink(),
                        rates,
                        new QueuePuller.Whereabouts() {
                            @Override
                            public void movedTo(ProcessQueue queue, long offset) {
                                rebalancer.movedTo(queue, offset);
                            }

                            @Override
                            public void gone(ProcessQueue queue) {
                                rebalancer.gone(queue);
                            }
                        }),
                new AssignmentReports(config, client));
    }

    private void sayCacheFull() {
        LOGGER.warn(
                "the listeners do not keep up, so that pulling stops until there is room: group={},"
                        + " maxCachedMessages={}, maxCachedBytes={}, consumeThreads={}; make the listeners faster, let"
                        + " more threads or more members of the group run, or raise the limits",
                config.groupId(),
                config.maxCachedMessages(),
                config.maxCachedBytes(),
                config.consumeThreads());
    }

    /**
     * What operators may ask of it.
     *
     * @param listeners hands a message to the listener of its topic; {@code null} if there is none
     */
    Operable operations(ConsumerData description, boolean ordered, Function<Message, @Nullable Attempt> listeners) {
        Map<String, String> settings = Map.of(
                ConsumerRunningInfo.NAME_SERVERS,
                String.join(";", config.client().nameServers()),
                ConsumerRunningInfo.STARTED,
                Long.toString(startedMillis),
                ConsumerRunningInfo.THREADS,
                Integer.toString(config.consumeThreads()),
                "maxReconsumeTimes",
                Integer.toString(config.maxReconsumeTimes()),
                "maxCachedMessages",
                Integer.toString(config.maxCachedMessages()),
                "maxCachedBytes",
                Long.toString(config.maxCachedBytes()));
        return new Operations(
                settings, description, ordered, rebalancer, rates, receiving.ownership()::isHeld, listeners);
    }

    @Override
    public ClientInstance client() {
        return client;
    }

    /** Gets to know the brokers, makes itself known to them, and takes its queues; then messages come. Blocks. */
    @Override
    public void start(boolean reached) {
        if (reached) {
            introduce();
        } else {
            subscriptions.keySet().forEach(client.routes()::watch);
        }
        work();
    }

    private void introduce() {
        List<CompletableFuture<?>> routes = new ArrayList<>();
        for (String topic : subscriptions.keySet()) {
            routes.add(discover(topic));
        }
        client.await(CompletableFuture.allOf(routes.toArray(CompletableFuture<?>[]::new)), "routes are not told");
        subscriptions
                .values()
                .forEach(subscription -> SubscriptionCheck.check(client, config.groupId(), subscription.data()));
        client.await(client.heartbeats().beat(), "brokers do not answer the heartbeat");
        if (config.messageModel() == MessageModel.CLUSTERING) {
            // The heartbeat has made it, if it was not there.
            client.await(discover(ResourceNames.retryTopic(config.groupId())), "the route of retries is not told");
        }
        awaitQueues();
    }

    private void work() {
        ClientRuntime runtime = client.runtime();
        long watchMillis = Math.min(
                LONGEST_WATCH_MILLIS, Math.max(100, config.consumeTimeout().toMillis() / 4));
        schedule.add(runtime.every(timing.rebalance().toMillis(), TimeUnit.MILLISECONDS, rebalancer::rebalanceQuietly));
        schedule.add(runtime.every(timing.commit().toMillis(), TimeUnit.MILLISECONDS, this::commitQuietly));
        schedule.add(runtime.every(ConsumeRates.PERIOD_SECONDS, TimeUnit.SECONDS, rates::mark));
        schedule.add(runtime.every(
                watchMillis, TimeUnit.MILLISECONDS, () -> receiving.sink().watch(rebalancer.queues())));
        keeping = runtime.every(
                timing.lockCheck().toMillis(),
                TimeUnit.MILLISECONDS,
                () -> receiving.ownership().keep(rebalancer::lost));
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

    @Override
    public void suspend() {
        receiving.sink().suspend();
    }

    /** Those who were about to ask for more wait for room; now they see that there is some. */
    @Override
    public void resume() {
        receiving.sink().resume();
        budget.resume();
    }

    @Override
    public ConsumerState state(boolean suspended) {
        return new ConsumerState(
                client.clientId(),
                suspended,
                rebalancer.queues().stream().map(this::state).toList(),
                budget.count(),
                budget.bytes(),
                config.maxCachedMessages(),
                config.maxCachedBytes());
    }

    private ConsumerState.Queue state(ProcessQueue messages) {
        MessageQueue queue = messages.queue();
        boolean locked = receiving.ownership().isHeld(queue);
        return messages.state(new TopicPartition(queue.topic(), queue.brokerName(), queue.queueId()), locked);
    }

    @Override
    public void subscribed(String topic, boolean again) {
        if (again) {
            rebalancer.restart(topic);
        }
        CompletableFuture<?> unused = discover(topic)
                .thenCompose(route -> client.heartbeats().beat())
                .thenCompose(beaten -> rebalancer.rebalance());
    }

    @Override
    public void unsubscribed(String topic) {
        client.routes().unwatch(topic);
        rebalancer.restart(topic);
        CompletableFuture<?> unused = client.heartbeats().beat();
    }

    @Override
    public void rebalanceSoon() {
        rebalancer.rebalanceQuietly();
    }

    private void commitQuietly() {
        CompletableFuture<?> unused = rebalancer.commit();
    }

    /** Ends everything in order; what was achieved is kept. Blocks while listeners run, up to the configured limit. */
    @Override
    public void stop() {
        schedule.forEach(repeated -> repeated.cancel(false));
        subscriptions.keySet().forEach(client.routes()::unwatch);
        rebalancer.stop();
        awaitApplication(receiving.sink().stop(), "listeners run", "their messages come again");
        await(rebalancer.commit(), "offsets are not committed");
        receiving.sink().close();
        awaitApplication(rebalancer.report(), "its assignment listener runs", "it may be told late");
        // Until here, because what a listener does at last may take longer than a lock is good for.
        ScheduledFuture<?> keepingUntilNow = keeping;
        if (keepingUntilNow != null) {
            keepingUntilNow.cancel(false);
        }
        await(rebalancer.end(), "queues are not given back");
    }

    private void awaitApplication(CompletableFuture<?> end, String what, String consequence) {
        try {
            end.get(config.shutdownTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOGGER.warn(
                    "consumer shuts down while {}: group={}, waited={}; {}",
                    what,
                    config.groupId(),
                    config.shutdownTimeout(),
                    consequence);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for the application cannot fail", e);
        }
    }

    private void await(CompletableFuture<?> last, String what) {
        try {
            client.await(last, what);
        } catch (MQClientException e) {
            LOGGER.warn("{}: group={}; messages may come twice, or late", what, config.groupId(), e);
        }
    }
}
