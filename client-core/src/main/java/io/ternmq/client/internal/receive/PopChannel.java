package io.ternmq.client.internal.receive;

import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.header.PopResultHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks one broker for the messages of one topic, one request after the other. Runs on one thread at a time. */
final class PopChannel implements CacheBudget.Puller {

    private static final Logger LOGGER = LoggerFactory.getLogger(PopChannel.class);

    /** Brokers refuse to lease more at once. */
    private static final int MOST = 32;

    private static final long SHORT_PAUSE_MILLIS = 100;
    private static final long LONG_PAUSE_MILLIS = 2000;

    private final ClientInstance client;
    private final PopRequests requests;
    private final Subscription<?> subscription;
    private final String brokerName;
    private final long leaseNanos;
    private final CacheBudget budget;
    private final Consumer<List<PoppedMessage>> sink;
    private volatile boolean stopped;
    private volatile int failures;

    PopChannel(
            ClientInstance client,
            PopRequests requests,
            Subscription<?> subscription,
            String brokerName,
            long leaseNanos,
            CacheBudget budget,
            Consumer<List<PoppedMessage>> sink) {
        this.client = client;
        this.requests = requests;
        this.subscription = subscription;
        this.brokerName = brokerName;
        this.leaseNanos = leaseNanos;
        this.budget = budget;
        this.sink = sink;
    }

    @Override
    public boolean isBlocked() {
        return budget.isUsedUp();
    }

    @Override
    public void pull() {
        if (stopped) {
            return;
        }
        if (isBlocked()) {
            budget.park(this);
            return;
        }
        Route route = client.routes().known(topic());
        String address = route == null ? null : route.masterAddress(brokerName);
        if (address == null) {
            client.routes().refresh(topic());
            later(LONG_PAUSE_MILLIS);
            return;
        }
        long asked = System.nanoTime();
        CompletableFuture<?> unused = requests.pop(address, subscription.data(), Math.min(MOST, budget.room()))
                .whenComplete((reply, error) -> {
                    if (reply == null) {
                        disconnected(Failures.unwrap(error));
                    } else {
                        answered(address, reply, asked);
                    }
                });
    }

    private String topic() {
        return subscription.data().topic();
    }

    private void answered(String address, Reply reply, long asked) {
        ResponseCode code = ResponseCode.of(reply.code());
        try {
            if (code == ResponseCode.SUCCESS) {
                failures = 0;
                // Also when it is stopped by now: whoever takes them gives them back.
                sink.accept(messages(address, reply, asked));
                pull();
            } else if (code == ResponseCode.POLLING_TIMEOUT || code == ResponseCode.PULL_NOT_FOUND) {
                failures = 0;
                // A broker that does not hold the request must not be asked without end.
                boolean held = System.nanoTime() - asked > TimeUnit.MILLISECONDS.toNanos(SHORT_PAUSE_MILLIS);
                later(held ? 0 : SHORT_PAUSE_MILLIS);
            } else {
                refused(address, reply);
            }
        } catch (CommandException | MalformedMessageException | RuntimeException e) {
            LOGGER.error("a pop's answer cannot be used: topic={}, broker={}; asking again", topic(), brokerName, e);
            later(LONG_PAUSE_MILLIS);
        }
    }

    private List<PoppedMessage> messages(String address, Reply reply, long asked)
            throws CommandException, MalformedMessageException {
        PopResultHeader result = PopResultHeader.decode(reply.fields());
        Map<String, Long> starts = starts(result.startOffsets());
        List<PoppedMessage> messages = new ArrayList<>();
        ByteBuffer body = ByteBuffer.wrap(reply.body());
        while (body.hasRemaining()) {
            StoredMessage stored = StoredMessage.readFrom(body);
            int retry = retry(stored.topic());
            long start = starts.computeIfAbsent(retry + " " + stored.queueId(), absent -> stored.queueOffset());
            PopHandle handle = new PopHandle(
                    start,
                    result.popTime(),
                    result.invisibleMillis(),
                    result.reviveQueue(),
                    retry,
                    brokerName,
                    stored.queueId(),
                    stored.queueOffset());
            PoppedMessage message = new PoppedMessage(topic(), address, stored, handle, asked, leaseNanos);
            if (subscription.wants(stored)) {
                messages.add(message);
            } else {
                CompletableFuture<?> unused = requests.acknowledge(message);
            }
        }
        return messages;
    }

    /** Two forms of names of the topics of retries are in use. */
    private static int retry(String topic) {
        if (!ResourceNames.isRetryTopic(topic)) {
            return 0;
        }
        return topic.indexOf('+') < 0 ? 1 : 2;
    }

    private static Map<String, Long> starts(@Nullable String text) throws CommandException {
        Map<String, Long> starts = new HashMap<>();
        if (text == null || text.isEmpty()) {
            return starts;
        }
        for (String part : text.split(";", -1)) {
            int blank = part.lastIndexOf(' ');
            try {
                starts.put(part.substring(0, blank), Long.valueOf(part.substring(blank + 1)));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new CommandException(ResponseCode.SYSTEM_ERROR, "startOffsetInfo is malformed: " + text);
            }
        }
        return starts;
    }

    private void refused(String address, Reply reply) {
        int times = failures;
        failures = times + 1;
        if (times % 30 == 0) {
            LOGGER.warn(
                    "the broker refuses a pop: topic={}, address={}, {}{}",
                    topic(),
                    address,
                    reply.describe(),
                    reply.is(ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
                            ? "; this broker cannot lease messages, use ConsumeMode.PULL"
                            : "");
        }
        client.routes().refresh(topic());
        later(LONG_PAUSE_MILLIS);
    }

    private void disconnected(Throwable reason) {
        int times = failures;
        failures = times + 1;
        LOGGER.debug("a pop has failed: topic={}, broker={}, reason={}", topic(), brokerName, reason.toString());
        client.routes().refresh(topic());
        later(Math.min(LONG_PAUSE_MILLIS, SHORT_PAUSE_MILLIS << Math.min(times, 5)));
    }

    private void later(long millis) {
        if (!stopped) {
            ScheduledFuture<?> unused = client.runtime().later(millis, TimeUnit.MILLISECONDS, this::pull);
        }
    }

    void stop() {
        stopped = true;
    }
}
