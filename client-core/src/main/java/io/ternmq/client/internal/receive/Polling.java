package io.ternmq.client.internal.receive;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.group.Assignments;
import io.ternmq.client.internal.group.BrokerOffsets;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.OffsetStore;
import io.ternmq.client.internal.group.Operable;
import io.ternmq.client.internal.group.StartOffsets;
import io.ternmq.client.internal.group.SubscriptionCheck;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.MessageQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer that is polled, while it runs. */
final class Polling implements Membership.Running {

    private static final Logger LOGGER = LoggerFactory.getLogger(Polling.class);

    private final PullConsumerConfig config;
    private final ClientInstance client;
    private final Wanted wanted;
    private final Timing timing;
    private final BrokerOffsets brokerOffsets;
    private final Assignments assignments;
    private final StartOffsets startsOfShared;
    private final StartOffsets startsOfChosen;
    private final CacheBudget budget;
    private final PollSink sink = new PollSink();
    private final ConsumeRates rates = new ConsumeRates(System::nanoTime);
    private final long startedMillis = System.currentTimeMillis();
    private final Rebalancer rebalancer;
    private final Map<MessageQueue, Long> soughtBeforeBegun = new ConcurrentHashMap<>();
    private final List<ScheduledFuture<?>> schedule = new ArrayList<>();
    private List<Entry> returned = List.of();

    Polling(PullConsumerConfig config, ClientInstance client, Wanted wanted, Timing timing) {
        this.config = config;
        this.client = client;
        this.wanted = wanted;
        this.timing = timing;
        this.brokerOffsets =
                new BrokerOffsets(client, config.groupId(), config.startFrom() instanceof StartPosition.Latest);
        OffsetStore offsets = config.autoCommit() ? brokerOffsets : new ReadOnlyOffsets(brokerOffsets);
        this.assignments =
                new Assignments(client, config.groupId(), MessageModel.CLUSTERING, config.allocation(), null);
        // A start that is the group's stays where it is, whoever has the queue next and before anything is committed.
        this.startsOfShared = new StartOffsets(client, brokerOffsets, config.startFrom());
        this.startsOfChosen = new StartOffsets(client, offsets, config.startFrom());
        // Nobody is to be told: it is the application that decides how fast it polls.
        this.budget = new CacheBudget(config.maxCachedMessages(), config.maxCachedBytes(), () -> {});
        this.rebalancer = new Rebalancer(
                wanted::topics,
                wanted::subscription,
                this::share,
                Ownership.BY_SHARE,
                offsets,
                this::start,
                timing,
                new QueuePuller.Surroundings(
                        client,
                        config.groupId(),
                        config.pullBatchSize(),
                        offsets.commitsWithPull(),
                        true,
                        budget,
                        sink,
                        rates,
                        new QueuePuller.Whereabouts() {
                            @Override
                            public void movedTo(ProcessQueue queue, long offset) {
                                rebalancer.seek(queue.queue(), offset);
                            }

                            @Override
                            public void gone(ProcessQueue queue) {
                                rebalancer.gone(queue);
                            }
                        }),
                AssignmentReports.none(config.groupId(), client));
    }

    /** What operators may ask of it; messages cannot be handed to it, because it has no listeners. */
    Operable operations(ConsumerData description) {
        Map<String, String> settings = Map.of(
                ConsumerRunningInfo.NAME_SERVERS,
                String.join(";", config.client().nameServers()),
                ConsumerRunningInfo.STARTED,
                Long.toString(startedMillis),
                "maxCachedMessages",
                Integer.toString(config.maxCachedMessages()),
                "maxCachedBytes",
                Long.toString(config.maxCachedBytes()));
        return new Operations(settings, description, false, rebalancer, rates, queue -> false, message -> null);
    }

    private CompletableFuture<Optional<List<MessageQueue>>> share(String topic) {
        List<MessageQueue> assigned = wanted.assigned(topic);
        CompletableFuture<Optional<List<MessageQueue>>> share =
                assigned == null ? assignments.of(topic) : CompletableFuture.completedFuture(Optional.of(assigned));
        return share.thenApply(known -> {
            // What has gone begins where the group is by then, should it come back.
            known.ifPresent(mine ->
                    soughtBeforeBegun.keySet().removeIf(queue -> queue.topic().equals(topic) && !mine.contains(queue)));
            return known;
        });
    }

    private CompletableFuture<Long> start(MessageQueue queue) {
        Long sought = soughtBeforeBegun.remove(queue);
        if (sought != null) {
            return CompletableFuture.completedFuture(sought);
        }
        return (wanted.assigned() == null ? startsOfShared : startsOfChosen).find(queue);
    }

    @Override
    public ClientInstance client() {
        return client;
    }

    @Override
    public void start(boolean reached) {
        wanted.topics().forEach(client.routes()::watch);
        if (reached) {
            List<CompletableFuture<?>> routes = new ArrayList<>();
            for (String topic : wanted.topics()) {
                routes.add(client.routes().forReceiving(topic).handle((route, error) -> route));
            }
            client.await(CompletableFuture.allOf(routes.toArray(CompletableFuture<?>[]::new)), "routes are not told");
            introduce();
        }
        ClientRuntime runtime = client.runtime();
        schedule.add(runtime.every(timing.rebalance().toMillis(), TimeUnit.MILLISECONDS, rebalancer::rebalanceQuietly));
        schedule.add(runtime.every(ConsumeRates.PERIOD_SECONDS, TimeUnit.SECONDS, rates::mark));
        if (config.autoCommit()) {
            schedule.add(runtime.every(config.autoCommitInterval().toMillis(), TimeUnit.MILLISECONDS, () -> {
                CompletableFuture<?> unused = rebalancer.commit();
            }));
        }
    }

    /** What is wanted has changed: takes what is new of it, now if that is possible. Blocks. */
    void wantedChanged(Collection<String> noMore) {
        for (String topic : noMore) {
            soughtBeforeBegun.keySet().removeIf(queue -> queue.topic().equals(topic));
            client.routes().unwatch(topic);
            rebalancer.restart(topic);
        }
        wanted.topics().forEach(client.routes()::watch);
        introduce();
    }

    private void introduce() {
        wanted.subscriptions()
                .forEach(subscription -> SubscriptionCheck.check(client, config.groupId(), subscription.data()));
        client.await(client.heartbeats().beat(), "brokers do not answer the heartbeat");
        awaitQueues();
    }

    /** A broker that is slow now does not keep the application from going on; the queues follow when it can tell. */
    private void awaitQueues() {
        try {
            client.await(rebalancer.rebalance(), "the queues are not shared out yet");
        } catch (MQClientException e) {
            LOGGER.warn("consumer has no queues yet, they follow: group={}", config.groupId(), e);
        }
    }

    @Override
    public void rebalanceSoon() {
        rebalancer.rebalanceQuietly();
    }

    List<MessageQueue> queues() {
        return rebalancer.queues().stream().map(ProcessQueue::queue).sorted().toList();
    }

    List<Message> poll(long nanos) {
        finishReturned();
        List<Entry> entries;
        try {
            entries = sink.take(config.maxPollMessages(), nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MQClientException("interrupted while polling: group=" + config.groupId(), e);
        }
        List<Message> messages = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            try {
                messages.add(MessageCodec.message(entry.stored(), entry.queue().queue()));
            } catch (MQClientException e) {
                return upTo(entries, messages, entry, e);
            }
        }
        keepReturned(entries);
        return messages;
    }

    /** What is in front of a message that cannot be read is returned first; then the message is complained about. */
    private List<Message> upTo(
            List<Entry> entries, List<Message> readable, Entry unreadable, MQClientException reason) {
        sink.putBack(entries.subList(readable.size(), entries.size()));
        if (readable.isEmpty()) {
            throw new MQClientException(
                    "a message cannot be read: group=" + config.groupId() + ", " + unreadable + ", reason="
                            + reason.getMessage() + "; seek beyond it, or reset the group beyond it, to go on",
                    reason);
        }
        keepReturned(entries.subList(0, readable.size()));
        return readable;
    }

    private synchronized void keepReturned(List<Entry> entries) {
        returned = entries;
    }

    /** Whoever comes meanwhile waits, so that a commit that follows has all of it. */
    private synchronized void finishReturned() {
        returned.forEach(Entry::finish);
        returned = List.of();
    }

    void wakeup() {
        sink.wake();
    }

    void seek(MessageQueue queue, long offset) {
        if (rebalancer.seek(queue, offset)) {
            return;
        }
        soughtBeforeBegun.put(queue, offset);
        CompletableFuture<?> unused = rebalancer.rebalance().thenRun(() -> {
            // It may have been begun by a round that had looked for its start already.
            Long sought = soughtBeforeBegun.get(queue);
            if (sought != null && rebalancer.seek(queue, sought)) {
                soughtBeforeBegun.remove(queue, sought);
            }
        });
    }

    void pause(Collection<MessageQueue> queues) {
        sink.pause(queues);
    }

    void resume(Collection<MessageQueue> queues) {
        sink.resume(queues);
        budget.resume();
    }

    @Nullable
    Long committed(MessageQueue queue) {
        var kept = client.await(brokerOffsets.readCommitted(queue), "the broker does not tell an offset");
        return kept.isPresent() ? Long.valueOf(kept.getAsLong()) : null;
    }

    void commit() {
        finishReturned();
        Map<MessageQueue, Long> positions = new HashMap<>();
        rebalancer.queues().forEach(queue -> positions.put(queue.queue(), queue.commitOffset()));
        client.await(brokerOffsets.commitOrFail(positions), "offsets are not committed");
    }

    @Override
    public void stop() {
        schedule.forEach(repeated -> repeated.cancel(false));
        wanted.topics().forEach(client.routes()::unwatch);
        rebalancer.stop();
        CompletableFuture<?> stopped = sink.stop();
        if (config.autoCommit()) {
            try {
                commit();
            } catch (MQClientException e) {
                LOGGER.warn("offsets are not committed: group={}; messages may come twice", config.groupId(), e);
            }
        }
        CompletableFuture<?> unused = stopped.thenCompose(done -> rebalancer.end());
    }
}
