package io.ternmq.client.internal.receive;

import io.netty.buffer.Unpooled;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.PullResultHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the messages of one queue, one pull after the other. A pull without messages is held by the broker until there
 * are some, so that they come at once. Runs on one thread at a time: each answer leads to the next pull.
 */
final class QueuePuller implements CacheBudget.Puller {

    private static final Logger LOGGER = LoggerFactory.getLogger(QueuePuller.class);
    private static final long SUSPEND_MILLIS = 15_000;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long MASTER = 0;

    /** Large enough for long runs of small messages; brokers have limits of their own besides. */
    private static final int MAX_BYTES = 1024 * 1024;

    /** An empty answer that comes sooner was not held by the broker. */
    private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long NOT_HELD_PAUSE_MILLIS = 100;
    private static final long FLOW_CONTROL_PAUSE_MILLIS = 20;
    private static final long UNKNOWN_MEMBER_PAUSE_MILLIS = 200;
    private static final long SHORTEST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    /**
     * What a puller needs of its consumer.
     *
     * @param onRequest whether the consumer is one that asks for messages itself, and so subscribes in each request
     */
    record Surroundings(
            ClientInstance client,
            String group,
            int batchSize,
            boolean commitsWithPull,
            boolean onRequest,
            CacheBudget budget,
            Sink sink,
            ConsumeRates rates,
            Whereabouts whereabouts) {}

    /** Is told what has become of the queue; this puller ends. */
    interface Whereabouts {

        /** The queue goes on elsewhere, because the offset is outside of what the broker has. */
        void movedTo(ProcessQueue queue, long offset);

        /** The broker does not have the topic. */
        void gone(ProcessQueue queue);
    }

    private final Surroundings surroundings;
    private final Subscription<?> subscription;
    private final ProcessQueue messages;
    private final MessageQueue queue;
    private volatile long nextOffset;
    private volatile long wantedBroker = MASTER;
    private volatile int failures;
    private volatile int emptyInARow;
    /** Brokers before version 5 have no request of its own for this. */
    private volatile boolean liteRefused;

    QueuePuller(Surroundings surroundings, Subscription<?> subscription, ProcessQueue messages, long startOffset) {
        this.surroundings = surroundings;
        this.subscription = subscription;
        this.messages = messages;
        this.queue = messages.queue();
        this.nextOffset = startOffset;
    }

    @Override
    public boolean isBlocked() {
        // Whoever asks for messages itself may have let some queues rest, which must not use up the room of the others.
        boolean noRoom = surroundings.budget().isUsedUp() && !(surroundings.onRequest() && messages.isEmpty());
        return noRoom || messages.isFull() || surroundings.sink().isPaused(queue);
    }

    /** Sends the next pull, when there is room for what it brings; does nothing if the queue was dropped. */
    @Override
    public void pull() {
        if (!messages.isPulled()) {
            return;
        }
        if (isBlocked()) {
            surroundings.budget().park(this);
            return;
        }
        try {
            ask();
        } catch (RuntimeException | Error e) {
            LOGGER.error("a pull cannot be sent: queue={}; pulling again", queue, e);
            later(LONGEST_PAUSE_MILLIS);
        }
    }

    private void ask() {
        ClientInstance client = surroundings.client();
        Route route = client.routes().known(queue.topic());
        String address = route == null ? null : route.readAddress(queue.brokerName(), wantedBroker);
        if (route == null || address == null) {
            client.routes().refresh(queue.topic());
            later(LONGEST_PAUSE_MILLIS / 2);
            return;
        }
        boolean fromMaster = address.equals(route.masterAddress(queue.brokerName()));
        long start = System.nanoTime();
        CompletableFuture<?> unused = client.connections()
                .request(
                        address,
                        surroundings.onRequest() && !liteRefused
                                ? RequestCode.LITE_PULL_MESSAGE
                                : RequestCode.PULL_MESSAGE,
                        header(fromMaster).encode(),
                        Unpooled.EMPTY_BUFFER,
                        TIMEOUT_NANOS)
                .whenComplete((reply, error) -> {
                    if (!messages.isPulled()) {
                        return;
                    }
                    if (reply == null) {
                        disconnected(Failures.unwrap(error));
                    } else {
                        answered(address, reply, System.nanoTime() - start);
                    }
                });
    }

    private PullHeader header(boolean fromMaster) {
        long commitOffset = messages.commitOffset();
        boolean commits = surroundings.commitsWithPull() && fromMaster && commitOffset > 0;
        return new PullHeader(
                surroundings.group(),
                queue.topic(),
                queue.queueId(),
                nextOffset,
                Math.min(surroundings.batchSize(), surroundings.budget().room()),
                PullHeader.SUSPEND
                        | (commits ? PullHeader.COMMIT_OFFSET : 0)
                        | (surroundings.onRequest() ? PullHeader.LITE_PULL | PullHeader.SUBSCRIPTION : 0),
                commits ? commitOffset : 0,
                SUSPEND_MILLIS,
                subscription.data().subVersion(),
                surroundings.onRequest() ? subscription.data().subString() : null,
                subscription.data().expressionType(),
                MAX_BYTES);
    }

    private void answered(String address, Reply reply, long tookNanos) {
        ResponseCode code = ResponseCode.of(reply.code());
        if (code == null) {
            refused(reply, LONGEST_PAUSE_MILLIS);
            return;
        }
        try {
            switch (code) {
                case SUCCESS -> found(reply, tookNanos);
                case PULL_RETRY_IMMEDIATELY -> nothing(reply, false);
                case PULL_NOT_FOUND -> nothing(reply, tookNanos < HELD_NANOS);
                case PULL_OFFSET_MOVED -> moved(reply);
                case SUBSCRIPTION_NOT_EXIST, SUBSCRIPTION_NOT_LATEST -> introduce(address);
                case REQUEST_CODE_NOT_SUPPORTED -> {
                    if (surroundings.onRequest() && !liteRefused) {
                        liteRefused = true;
                        pull();
                    } else {
                        refused(reply, LONGEST_PAUSE_MILLIS);
                    }
                }
                case FLOW_CONTROL -> later(FLOW_CONTROL_PAUSE_MILLIS);
                case TOPIC_NOT_EXIST -> {
                    surroundings.client().routes().refresh(queue.topic());
                    surroundings.whereabouts().gone(messages);
                }
                case INVALID_PARAMETER -> {
                    surroundings.client().routes().refresh(queue.topic());
                    refused(reply, LONGEST_PAUSE_MILLIS);
                }
                default -> refused(reply, LONGEST_PAUSE_MILLIS);
            }
        } catch (CommandException | RuntimeException | Error e) {
            LOGGER.error("a pull's answer cannot be used: queue={}; pulling again", queue, e);
            later(LONGEST_PAUSE_MILLIS);
        }
    }

    private void found(Reply reply, long tookNanos) throws CommandException {
        PullResultHeader header = PullResultHeader.decode(reply.fields());
        wantedBroker = header.suggestedBroker();
        emptyInARow = 0;
        failures = 0;
        ByteBuffer body = ByteBuffer.wrap(reply.body());
        List<StoredMessage> wanted = new ArrayList<>();
        long next = nextOffset;
        MalformedMessageException damage = null;
        try {
            while (body.hasRemaining()) {
                StoredMessage message = StoredMessage.readFrom(body);
                next = message.queueOffset() + 1;
                if (subscription.wants(message)) {
                    wanted.add(message);
                }
            }
            next = header.nextOffset();
        } catch (MalformedMessageException e) {
            damage = e;
        }
        List<Entry> entries = messages.add(wanted, next);
        nextOffset = next;
        surroundings.rates().pulled(queue.topic(), entries.size(), tookNanos);
        surroundings.sink().accept(messages, entries);
        if (damage == null) {
            pull();
        } else {
            // Not skipped: a message that cannot be read today may be repaired; one that is skipped is lost.
            LOGGER.error(
                    "a stored message is damaged and holds up its queue: group={}, queue={}, offset={}, reason={}",
                    surroundings.group(),
                    queue,
                    next,
                    damage.getMessage());
            later(LONGEST_PAUSE_MILLIS);
        }
    }

    private void nothing(Reply reply, boolean notHeld) throws CommandException {
        PullResultHeader header = PullResultHeader.decode(reply.fields());
        wantedBroker = header.suggestedBroker();
        failures = 0;
        nextOffset = header.nextOffset();
        messages.skipTo(nextOffset);
        emptyInARow = notHeld ? emptyInARow + 1 : 0;
        if (emptyInARow > 1) {
            later(NOT_HELD_PAUSE_MILLIS);
        } else {
            pull();
        }
    }

    private void moved(Reply reply) throws CommandException {
        long offset = PullResultHeader.decode(reply.fields()).nextOffset();
        LOGGER.warn(
                "the broker moves the group: group={}, queue={}, from={}, to={}",
                surroundings.group(),
                queue,
                nextOffset,
                offset);
        surroundings.whereabouts().movedTo(messages, offset);
    }

    /** The broker does not know the group's subscription, or an older one. */
    private void introduce(String address) {
        CompletableFuture<?> unused = surroundings
                .client()
                .heartbeats()
                .beat(address)
                .whenComplete((done, error) -> later(UNKNOWN_MEMBER_PAUSE_MILLIS));
    }

    private void refused(Reply reply, long pauseMillis) {
        int times = failures;
        failures = times + 1;
        if (times % 30 == 0) {
            LOGGER.warn(
                    "the broker refuses a pull: group={}, queue={}, {}{}",
                    surroundings.group(),
                    queue,
                    reply.describe(),
                    reply.is(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST)
                            ? "; create the group, or let brokers create groups"
                            : "");
        }
        later(pauseMillis);
    }

    private void disconnected(Throwable reason) {
        int times = failures;
        failures = times + 1;
        LOGGER.debug("a pull has failed: queue={}, reason={}", queue, reason.toString());
        surroundings.client().routes().refresh(queue.topic());
        wantedBroker = MASTER;
        later(Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << Math.min(times, 5)));
    }

    private void later(long millis) {
        ClientRuntime runtime = surroundings.client().runtime();
        ScheduledFuture<?> unused = runtime.later(millis, TimeUnit.MILLISECONDS, this::pull);
    }
}
