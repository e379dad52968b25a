package io.ternmq.client.internal.send;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.SendStatus;
import io.ternmq.client.internal.connection.ConnectionException;
import io.ternmq.client.internal.connection.ConnectionException.Stage;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SendResultHeader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One parcel on its way: finds the route, tries a queue, and after a failure another one, until a broker has stored it,
 * the tries are used up, or the time is over.
 *
 * <p>The time is shared out: while another broker could be tried, a try gets an equal part of what is left; the only
 * broker gets all of it. Failing to connect does not count as a try, for nothing was sent.
 *
 * <p>Runs on one thread at a time: each step ends by asking for the next.
 */
final class SendTask {

    private static final long PAUSE_MILLIS = 100;

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

    private final ClientInstance client;
    private final QueueChooser chooser;
    private final BrokerHealth health;
    private final String group;
    private final Parcel parcel;
    private final int mostTries;
    private final long startNanos;
    private final long deadlineNanos;
    private final CompletableFuture<Delivery> delivery = new CompletableFuture<>();
    private @Nullable MessageQueue failed;
    private int tries;

    SendTask(
            ClientInstance client,
            QueueChooser chooser,
            BrokerHealth health,
            String group,
            Parcel parcel,
            int mostTries,
            long startNanos,
            long deadlineNanos) {
        this.client = client;
        this.chooser = chooser;
        this.health = health;
        this.group = group;
        this.parcel = parcel;
        this.mostTries = mostTries;
        this.startNanos = startNanos;
        this.deadlineNanos = deadlineNanos;
    }

    /** Sets out. The future ends with the delivery or with an {@link MQClientException}. */
    CompletableFuture<Delivery> start() {
        attempt();
        return delivery;
    }

    /** Whatever happens, the sender gets to know. */
    private void attempt() {
        try {
            attemptWithRoute();
        } catch (RuntimeException e) {
            delivery.completeExceptionally(ClientInstance.asClientException(e));
        }
    }

    private void attemptWithRoute() {
        Route route = client.routes().known(parcel.topic());
        if (route != null) {
            attempt(route);
            return;
        }
        CompletableFuture<Route> asked =
                client.routes().forSending(parcel.topic()).copy();
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
            delivery.completeExceptionally(ClientInstance.asClientException(reason));
        }
    }

    private void attempt(Route route) {
        MessageQueue queue = chooser.choose(route, failed);
        String address = queue == null ? null : route.masterAddress(queue.brokerName());
        if (queue == null || address == null) {
            client.routes().forget(route);
            delivery.completeExceptionally(new MQClientException(
                    ResponseCode.NO_PERMISSION.number(),
                    "the topic has no queue that can be written to: topic=" + parcel.topic()
                            + "; check its permission, and that a master is running"));
            return;
        }
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
            delivery.completeExceptionally(overdue("no time is left for another try"));
            return;
        }
        tries++;
        CompletableFuture<?> unused = client.connections()
                .request(
                        address,
                        parcel.batch() ? RequestCode.SEND_BATCH_MESSAGE : RequestCode.SEND_MESSAGE_V2,
                        parcel.header(group, queue.queueId()),
                        Unpooled.wrappedBuffer(parcel.body()),
                        share(route, left))
                .whenComplete((reply, error) -> {
                    try {
                        if (reply != null) {
                            answered(route, queue, address, reply);
                        } else {
                            failed(route, queue, Failures.unwrap(error));
                        }
                    } catch (RuntimeException e) {
                        delivery.completeExceptionally(ClientInstance.asClientException(e));
                    }
                });
    }

    /** How long this try may take. */
    private long share(Route route, long left) {
        int triesLeft = Math.max(1, mostTries - tries + 1);
        return hasOtherBroker(route) ? Math.max(1, left / triesLeft) : left;
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

    private void answered(Route route, MessageQueue queue, String address, Reply reply) {
        SendStatus status = status(reply);
        if (status != null) {
            health.succeeded(queue.brokerName());
            if (route.provisional()) {
                client.routes().forget(route);
            }
            deliver(queue, reply, status);
            return;
        }
        if (reply.is(ResponseCode.TOPIC_NOT_EXIST) || reply.is(ResponseCode.INVALID_PARAMETER)) {
            // The topic is gone, or it has come back without this queue.
            client.routes().forget(route);
        }
        if (WORTH_ANOTHER_TRY.contains(reply.code()) && tries < mostTries && hasTimeForPause()) {
            failed = queue;
            if (reply.is(ResponseCode.SYSTEM_BUSY) && !hasOtherBroker(route)) {
                pause();
            } else {
                attempt();
            }
            return;
        }
        delivery.completeExceptionally(new MQClientException(
                reply.code(),
                "the broker refuses the message: topic=" + parcel.topic() + ", broker=" + queue.brokerName()
                        + ", address=" + address + ", tries=" + tries + ", " + reply.describe() + remedy(reply)));
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

    private void deliver(MessageQueue queue, Reply reply, SendStatus status) {
        try {
            delivery.complete(new Delivery(parcel, queue, SendResultHeader.decode(reply.fields()), status));
        } catch (CommandException e) {
            delivery.completeExceptionally(new MQClientException(
                    "the broker's answer to a send cannot be read: topic=" + parcel.topic() + ", broker="
                            + queue.brokerName(),
                    e));
        }
    }

    private static String remedy(Reply reply) {
        ResponseCode code = ResponseCode.of(reply.code());
        if (code == null) {
            return "";
        }
        return switch (code) {
            case TOPIC_NOT_EXIST -> "; create the topic, or let brokers create topics on the first send";
            case NO_PERMISSION -> "; check the permission of topic and user";
            case SERVICE_NOT_AVAILABLE -> "; the broker takes no messages now, its disk may be full";
            case SYSTEM_BUSY -> "; the broker is overloaded, send more slowly";
            case MESSAGE_ILLEGAL -> "; check size, properties and delivery time of the message";
            default -> "";
        };
    }

    private void failed(Route route, MessageQueue queue, Throwable reason) {
        Stage stage = reason instanceof ConnectionException broken ? broken.stage() : Stage.LOST;
        boolean notSent = stage == Stage.NOT_SENT;
        health.failed(
                queue.brokerName(),
                stage == Stage.TIMED_OUT ? BrokerHealth.NO_ANSWER_NANOS : BrokerHealth.NOT_REACHED_NANOS);
        client.routes().refresh(parcel.topic());
        if (notSent) {
            tries--;
        }
        if (tries >= mostTries || !hasTimeForPause()) {
            delivery.completeExceptionally(new MQClientException(
                    "the message could not be sent: topic=" + parcel.topic() + ", broker=" + queue.brokerName()
                            + ", tried=" + elapsedMillis() + " ms, reason=" + reason.getMessage()
                            + (notSent
                                    ? "; check that the broker is running"
                                    : "; it may have been stored all the same"),
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

    private boolean hasTimeForPause() {
        return deadlineNanos - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    }

    private void pause() {
        ScheduledFuture<?> unused = client.runtime().later(PAUSE_MILLIS, TimeUnit.MILLISECONDS, this::attempt);
    }

    private MQClientException overdue(String reason) {
        return new MQClientException("the message could not be sent in time: topic=" + parcel.topic() + ", waited="
                + elapsedMillis() + " ms, tries=" + tries + ", reason=" + reason);
    }

    private long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
