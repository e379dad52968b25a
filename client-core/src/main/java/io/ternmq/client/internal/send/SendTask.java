package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.SendResult;
import io.ternmq.client.SendStatus;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.connection.ConnectionException;
import io.ternmq.client.internal.connection.ConnectionException.Stage;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SendResultHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Parcels that travel together: tries a queue, and after a failure another one, until a broker has stored them, the tries
 * are used up, or the time is over.
 *
 * <p>The time is shared out: while another broker could be tried, a try gets an equal part of what is left; the only
 * broker gets all of it. Failing to connect does not count as a try, for nothing was sent; nor does a broker that is busy, which is tried again
 * after a pause that grows. Parcels whose queue is fixed have one try only, because another would let later ones overtake them.
 *
 * <p>Runs on one thread at a time: each step ends by asking for the next.
 */
final class SendTask {

    /** What all sends of a producer have in common. */
    record Setting(
            ClientInstance client,
            String group,
            QueueChooser chooser,
            InFlight inFlight,
            SendTrace trace,
            int mostTries) {}

    private static final long PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 1_600;

    /** Refusals that another queue, another broker or a little later may not repeat. */
    private static final Set<Integer> WORTH_ANOTHER_TRY = Set.of(
            ResponseCode.TOPIC_NOT_EXIST.number(),
            ResponseCode.INVALID_PARAMETER.number(),
            ResponseCode.SERVICE_NOT_AVAILABLE.number(),
            ResponseCode.SYSTEM_ERROR.number(),
            ResponseCode.SYSTEM_BUSY.number(),
            ResponseCode.NO_PERMISSION.number(),
            ResponseCode.NO_BUYER_ID.number(),
            ResponseCode.NOT_IN_CURRENT_UNIT.number(),
            ResponseCode.GO_AWAY.number());

    /**
     * What may become of parcels that a broker does not take as they are.
     *
     * @param fixedQueue they may not go to another queue
     * @param divisible they may go one by one, because they travel together by chance
     */
    record Rules(boolean fixedQueue, boolean divisible) {}

    /** Learns how far a task has come, each time before any outcome is told. */
    interface Progress {
        /** For those who need not know. */
        Progress NONE = new Progress() {
            @Override
            public void firstTryOver() {}

            @Override
            public void ended(SendTask task) {}
        };

        /** The queue given to {@link #start} has answered or failed. */
        void firstTryOver();

        /** Nothing more will happen. */
        void ended(SendTask task);
    }

    private final Setting setting;
    private final ClientInstance client;
    private final String topic;
    private final Rules rules;
    private final Progress progress;
    private final long startNanos;
    private final long deadlineNanos;
    private volatile List<Parcel> parcels;
    private volatile @Nullable Setback setback;
    private @Nullable MessageQueue failed;
    private int tries;
    private int timesBusy;
    private boolean firstTryIsOver;

    /**
     * Creates one.
     *
     * @param parcels in the order in which they are to be stored, with the last deadline last
     */
    SendTask(Setting setting, List<Parcel> parcels, Rules rules, Progress progress) {
        this.setting = setting;
        this.client = setting.client();
        this.parcels = parcels;
        this.topic = parcels.get(0).contents().topic();
        this.rules = rules;
        this.progress = progress;
        this.startNanos = parcels.get(0).startNanos();
        this.deadlineNanos = parcels.get(parcels.size() - 1).deadlineNanos();
    }

    /** Sets out to a queue of its own choice, when the route is known. */
    void start() {
        attempt();
    }

    /** Sets out. Every parcel ends, by a result or by an {@link MQClientException}. */
    void start(Route route, MessageQueue queue) {
        guarded(() -> attempt(route, queue));
    }

    /** Fails those parcels whose time is over while an answer is still awaited for others. */
    void expire(long nowNanos) {
        for (Parcel parcel : parcels) {
            if (!parcel.isOverdue(nowNanos)) {
                return;
            }
            if (parcel.end()) {
                setting.inFlight().leave(List.of(parcel));
                setting.trace().failed(parcel);
                parcel.tellFailed(
                        new MQClientException("the message could not be sent in time: topic=" + topic + ", waited="
                                + TimeUnit.NANOSECONDS.toMillis(nowNanos - parcel.startNanos())
                                + " ms, reason=no answer yet; it may have been stored all the same"
                                + before()));
            }
        }
    }

    /** Whatever happens, the sender gets to know. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            end(ClientInstance.asClientException(e));
        }
    }

    private void attempt() {
        guarded(this::attemptWithRoute);
    }

    private void attemptWithRoute() {
        Route route = client.routes().known(topic);
        if (route != null) {
            attempt(route, setting.chooser().choose(route, failed));
            return;
        }
        CompletableFuture<Route> asked = client.routes().forSending(topic).copy();
        ScheduledFuture<?> timeout = client.runtime()
                .later(
                        Math.max(0, deadlineNanos - System.nanoTime()),
                        TimeUnit.NANOSECONDS,
                        () -> asked.completeExceptionally(overdue("the route of the topic is not known yet")));
        CompletableFuture<?> unused = asked.whenComplete((found, error) -> {
            timeout.cancel(false);
            if (found != null) {
                attempt();
            } else {
                routeFailed(Failures.unwrap(error));
            }
        });
    }

    private void routeFailed(Throwable reason) {
        boolean nobodyAnswered = reason instanceof MQClientException unreachable
                && unreachable.getResponseCode() == MQClientException.NO_RESPONSE;
        if (nobodyAnswered && hasTimeForPause()) {
            pause();
        } else {
            end(ClientInstance.asClientException(reason));
        }
    }

    private void attempt(Route route, @Nullable MessageQueue queue) {
        String address = queue == null ? null : route.masterAddress(queue.brokerName());
        if (queue == null || address == null) {
            client.routes().forget(route);
            end(noQueue(topic));
            return;
        }
        long now = System.nanoTime();
        if (deadlineNanos - now <= 0) {
            end(overdue("no time is left for another try"));
            return;
        }
        tries++;
        SendRequest request = SendRequest.of(setting.group(), queue.queueId(), parcels);
        CompletableFuture<?> unused = client.connections()
                .request(address, request.code(), request.fields(), request.body(), share(route, deadlineNanos - now))
                .whenComplete((reply, error) -> guarded(() -> {
                    if (reply != null) {
                        answered(route, queue, address, reply, System.nanoTime() - now);
                    } else {
                        failed(route, queue, Failures.unwrap(error));
                    }
                }));
    }

    static MQClientException noQueue(String topic) {
        return new MQClientException(
                ResponseCode.NO_PERMISSION.number(),
                "the topic has no queue that can be written to: topic=" + topic
                        + "; check its permission, and that a master is running");
    }

    /** How long this try may take. */
    private long share(Route route, long left) {
        int triesLeft = Math.max(1, setting.mostTries() - tries + 1);
        return !rules.fixedQueue() && hasOtherBroker(route) ? Math.max(1, left / triesLeft) : left;
    }

    private static boolean hasOtherBroker(Route route) {
        String first = route.writeQueues().get(0).brokerName();
        for (MessageQueue queue : route.writeQueues()) {
            if (!queue.brokerName().equals(first)) {
                return true;
            }
        }
        return false;
    }

    private void answered(Route route, MessageQueue queue, String address, Reply reply, long nanos) {
        SendStatus status = status(reply);
        if (status != null) {
            health().answered(queue.brokerName(), nanos);
            if (route.provisional()) {
                client.routes().forget(route);
            }
            tryOver();
            deliver(queue, address, reply, status);
            return;
        }
        if (reply.is(ResponseCode.TOPIC_NOT_EXIST) || reply.is(ResponseCode.INVALID_PARAMETER)) {
            // The topic is gone, or it has come back without this queue.
            client.routes().forget(route);
        }
        tryOver();
        Setback refusal = Setback.refused(queue.brokerName(), address, reply);
        setback = refusal;
        if (reply.is(ResponseCode.SYSTEM_BUSY)) {
            // Refused before anything was done about it, so any number of tries is harmless; the time bounds them.
            tries--;
        }
        if (WORTH_ANOTHER_TRY.contains(reply.code()) && mayTryAgain()) {
            failed = queue;
            if (reply.is(ResponseCode.SYSTEM_BUSY)) {
                backOff(route);
            } else {
                attempt();
            }
            return;
        }
        if (rules.divisible() && parcels.size() > 1 && reply.is(ResponseCode.MESSAGE_ILLEGAL)) {
            sendSingly(route, queue);
            return;
        }
        end(new MQClientException(
                reply.code(),
                "the broker refuses the message: topic=" + topic + ", tries=" + (tries + timesBusy) + ", "
                        + refusal.reason()));
    }

    /** What is wrong with one message shall not end those that have come into its batch by chance. */
    private void sendSingly(Route route, MessageQueue queue) {
        progress.ended(this);
        for (Parcel parcel : parcels) {
            if (!parcel.hasEnded()) {
                new SendTask(setting, List.of(parcel), rules, Progress.NONE).start(route, queue);
            }
        }
    }

    /** The first try occupies a place at its broker; further ones are few, and do not. */
    private void tryOver() {
        if (!firstTryIsOver) {
            firstTryIsOver = true;
            progress.firstTryOver();
        }
    }

    private BrokerHealth health() {
        return setting.chooser().health();
    }

    private static @Nullable SendStatus status(Reply reply) {
        if (reply.is(ResponseCode.SUCCESS)) {
            return SendStatus.OK;
        }
        if (reply.is(ResponseCode.FLUSH_DISK_TIMEOUT)) {
            return SendStatus.FLUSH_DISK_TIMEOUT;
        }
        if (reply.is(ResponseCode.SLAVE_NOT_AVAILABLE)) {
            return SendStatus.SLAVE_NOT_AVAILABLE;
        }
        return reply.is(ResponseCode.FLUSH_SLAVE_TIMEOUT) ? SendStatus.FLUSH_SLAVE_TIMEOUT : null;
    }

    private void deliver(MessageQueue queue, String address, Reply reply, SendStatus status) {
        SendResultHeader header;
        try {
            header = SendResultHeader.decode(reply.fields());
        } catch (CommandException e) {
            end(new MQClientException(
                    "the broker's answer to a send cannot be read: topic=" + topic + ", broker=" + queue.brokerName(),
                    e));
            return;
        }
        List<Parcel> ended = claimAll();
        setting.inFlight().leave(ended);
        TopicPartition partition = new TopicPartition(topic, queue.brokerName(), header.queueId());
        OffsetIds offsetIds = new OffsetIds(header.messageId(), parcels.size());
        int next = 0;
        for (int i = 0; i < parcels.size() && next < ended.size(); i++) {
            Parcel parcel = parcels.get(i);
            if (parcel == ended.get(next)) {
                next++;
                String offsetId = offsetIds.get(i);
                setting.trace().stored(parcel, header, address, offsetId);
                parcel.tellStored(new SendResult(
                        parcel.contents().messageId(),
                        partition,
                        header.queueOffset() + i,
                        offsetId,
                        status,
                        header.recallHandle()));
            }
        }
    }

    private void end(MQClientException reason) {
        List<Parcel> ended = claimAll();
        setting.inFlight().leave(ended);
        for (Parcel parcel : ended) {
            setting.trace().failed(parcel);
            parcel.tellFailed(reason);
        }
    }

    private List<Parcel> claimAll() {
        tryOver();
        progress.ended(this);
        if (parcels.size() == 1) {
            return parcels.get(0).end() ? parcels : List.of();
        }
        List<Parcel> claimed = new ArrayList<>(parcels.size());
        for (Parcel parcel : parcels) {
            if (parcel.end()) {
                claimed.add(parcel);
            }
        }
        return claimed;
    }

    private void failed(Route route, MessageQueue queue, Throwable reason) {
        Stage stage = reason instanceof ConnectionException broken ? broken.stage() : Stage.LOST;
        boolean notSent = stage == Stage.NOT_SENT;
        health().failed(
                        queue.brokerName(),
                        stage == Stage.TIMED_OUT ? BrokerHealth.NO_ANSWER_NANOS : BrokerHealth.NOT_REACHED_NANOS);
        client.routes().refresh(topic);
        if (notSent) {
            tries--;
        }
        tryOver();
        Setback unanswered = Setback.unanswered(queue.brokerName(), notSent, reason);
        setback = unanswered;
        if (!mayTryAgain()) {
            end(new MQClientException(
                    "the message could not be sent: topic=" + topic + ", tried=" + elapsedMillis() + " ms, "
                            + unanswered.reason(),
                    reason));
            return;
        }
        boolean retreated = failed != null || !hasOtherBroker(route);
        failed = queue;
        if (notSent && retreated) {
            pause();
        } else {
            attempt();
        }
    }

    private boolean mayTryAgain() {
        if (rules.fixedQueue() || tries >= setting.mostTries() || !hasTimeForPause()) {
            return false;
        }
        parcels = parcels.stream().filter(parcel -> !parcel.hasEnded()).toList();
        return !parcels.isEmpty();
    }

    private boolean hasTimeForPause() {
        return deadlineNanos - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    }

    private void pause() {
        ScheduledFuture<?> unused = client.runtime().later(PAUSE_MILLIS, TimeUnit.MILLISECONDS, this::attempt);
    }

    /** Another broker is tried at once; one that was busy already gets time to work off what it has. */
    private void backOff(Route route) {
        timesBusy++;
        if (timesBusy == 1 && hasOtherBroker(route)) {
            attempt();
            return;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        long pause = Math.min(LONGEST_PAUSE_MILLIS, PAUSE_MILLIS << Math.min(timesBusy - 1, 10));
        ScheduledFuture<?> unused =
                client.runtime().later(Math.min(pause, left / 2), TimeUnit.MILLISECONDS, this::attempt);
    }

    private MQClientException overdue(String reason) {
        Setback last = setback;
        return new MQClientException(
                last == null ? MQClientException.NO_RESPONSE : last.code(),
                "the message could not be sent in time: topic=" + topic + ", waited=" + elapsedMillis() + " ms, tries="
                        + (tries + timesBusy) + ", reason=" + reason + before(),
                last == null ? null : last.cause());
    }

    /** What has gone wrong before the time was over. */
    private String before() {
        Setback last = setback;
        return last == null ? "" : ", last failure: " + last.reason();
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
