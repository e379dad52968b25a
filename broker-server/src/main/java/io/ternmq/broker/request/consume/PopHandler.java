package io.ternmq.broker.request.consume;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.delivery.Pop;
import io.ternmq.broker.delivery.PopLeases;
import io.ternmq.broker.delivery.PopQueueId;
import io.ternmq.broker.delivery.PoppedBatch;
import io.ternmq.broker.delivery.WaitingPops;
import io.ternmq.broker.delivery.WaitingPulls.Cause;
import io.ternmq.broker.filter.FilterException;
import io.ternmq.broker.filter.Filters;
import io.ternmq.broker.filter.TagFilter;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSubscription;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.header.PopHeader;
import io.ternmq.protocol.header.PopResultHeader;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.message.ResourceNames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages to pop consumers (code 200050): whichever of a topic's queues has messages, and before long those that were not acknowledged in time. A pop that
 * finds nothing may wait. The body of an answer is a slice of the log.
 *
 * <p>Runs on the io thread of the consumer's connection, also when a waiting pop goes on, and where it may have to wait for the disk, on a request thread.
 */
public final class PopHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PopHandler.class);
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_MESSAGES = 32;
    private static final long LONGEST_WAIT_MILLIS = 60_000;
    private static final long LATE_MILLIS = 500;
    private static final long LONGEST_INVISIBLE_MILLIS = Duration.ofDays(1).toMillis();
    /** Of so many pops one looks for retries first, so that neither retries nor new messages starve. */
    private static final int RETRIES_FIRST = 5;
    /** Messages that nobody wants may come as fast as they are read: then the client is to ask again. */
    private static final int MAX_TRIES = 8;

    private final ConsumeChecks checks;
    private final Topics topics;
    private final Consumers consumers;
    private final PopLeases leases;
    private final WaitingPops waiting;
    private final Executor blocking;
    private final Statistics statistics;
    private final Clock clock;
    private final AtomicInteger rotation = new AtomicInteger();

    /** Wires the handler; pops of old messages read on the blocking executor, which refuses what it cannot take. */
    public PopHandler(
            ConsumeChecks checks,
            Topics topics,
            Consumers consumers,
            PopLeases leases,
            WaitingPops waiting,
            Executor blocking,
            Statistics statistics,
            Clock clock) {
        this.checks = checks;
        this.topics = topics;
        this.consumers = consumers;
        this.leases = leases;
        this.waiting = waiting;
        this.blocking = blocking;
        this.statistics = statistics;
        this.clock = clock;
    }

    /** Delivers. */
    public void pop(Request request) throws CommandException {
        PopHeader header = PopHeader.decode(request.fields());
        if (header.maxMessages() < 1 || header.maxMessages() > MAX_MESSAGES) {
            throw outOfRange("maxMsgNums", header.maxMessages(), "1 to " + MAX_MESSAGES, header);
        }
        if (header.invisibleMillis() < 1 || header.invisibleMillis() > LONGEST_INVISIBLE_MILLIS) {
            throw outOfRange(
                    "invisibleTime", header.invisibleMillis(), "1 to " + LONGEST_INVISIBLE_MILLIS + " ms", header);
        }
        TopicConfig topic = check(header);
        MessageFilter filter = filter(header);
        long late = header.bornTime() <= 0 ? 0 : clock.millis() - header.bornTime() - header.pollMillis();
        Popping popping = new Popping(request, header, topic, filter);
        if (header.pollMillis() > 0 && late > LATE_MILLIS) {
            // The client has given up by now; what it got would stay invisible for nothing.
            popping.answerNothing(ResponseCode.POLLING_TIMEOUT);
        } else {
            popping.whenWritable();
        }
    }

    /** Tells whether there is anything to pop (200054), now or before long. */
    public void notification(Request request) throws CommandException {
        PopHeader header = PopHeader.decodePart(request.fields());
        TopicConfig topic = check(header);
        new Notifying(request, header, queues(header, topic, false)).serve();
    }

    /** Shows what would be popped next (200052), and leases nothing. */
    public void peek(Request request) throws CommandException {
        PopHeader header = PopHeader.decodePart(request.fields());
        TopicConfig topic = check(header);
        List<PopQueueId> queues = queues(header, topic, false);
        List<PoppedBatch> found =
                leases.peek(queues, Math.max(1, Math.min(header.maxMessages(), MAX_MESSAGES)), MAX_BYTES);
        answer(request, header, found, queues, clock.millis(), found.isEmpty() ? ResponseCode.PULL_NOT_FOUND : null);
    }

    /** Tells how many consumers of a group wait for a topic (200055). */
    public void pollingInfo(Request request) throws CommandException {
        String group = request.fields().require("consumerGroup");
        String topic = request.fields().require("topic");
        request.succeed(
                Fields.builder().put("pollingNum", waiting.size(group, topic)).build());
    }

    private TopicConfig check(PopHeader header) throws CommandException {
        checks.group(header.consumerGroup(), header.topic());
        return header.queueId() == PopHeader.ANY_QUEUE
                ? checks.topic(header.topic(), header.consumerGroup())
                : checks.topic(header.topic(), header.consumerGroup(), header.queueId());
    }

    private static CommandException outOfRange(String field, long value, String range, PopHeader header) {
        return new CommandException(
                ResponseCode.INVALID_PARAMETER,
                field + " is out of range: " + field + "=" + value + ", group=" + header.consumerGroup() + ", topic="
                        + header.topic() + "; use " + range);
    }

    private MessageFilter filter(PopHeader header) throws CommandException {
        String expression = header.expression();
        String fault;
        try {
            if (expression == null || expression.isEmpty()) {
                GroupSubscription registered = consumers.subscription(header.consumerGroup(), header.topic());
                if (registered == null) {
                    return MessageFilter.ALL;
                }
                fault = registered.fault();
                if (fault == null) {
                    return registered.filter();
                }
            } else {
                return header.expressionType().isEmpty()
                                || header.expressionType().equals(PullHeader.TAG)
                        ? TagFilter.of(SubscriptionData.ofTags(header.topic(), expression, 0))
                        : Filters.compile(header.expressionType(), header.topic(), expression);
            }
        } catch (FilterException e) {
            fault = e.getMessage();
        }
        throw new CommandException(
                ResponseCode.SUBSCRIPTION_PARSE_FAILED,
                fault + ", group=" + header.consumerGroup() + ", topic=" + header.topic());
    }

    /** Where to look, in an order that shares the load out among the queues. */
    private List<PopQueueId> queues(PopHeader header, TopicConfig topic, boolean retriesFirst) {
        List<PopQueueId> queues = new ArrayList<>();
        int count = topic.readQueueNums();
        if (header.queueId() == PopHeader.ANY_QUEUE) {
            int start = Math.floorMod(rotation.get(), count);
            for (int i = 0; i < count; i++) {
                queues.add(new PopQueueId(header.consumerGroup(), header.topic(), (start + i) % count));
            }
        } else {
            queues.add(new PopQueueId(header.consumerGroup(), header.topic(), header.queueId()));
        }
        String retryTopic = ResourceNames.popRetryTopic(header.consumerGroup(), header.topic());
        TopicConfig retries = topics.find(retryTopic);
        if (retries != null && !header.ordered()) {
            for (int i = 0; i < retries.readQueueNums(); i++) {
                PopQueueId queue = new PopQueueId(header.consumerGroup(), retryTopic, i);
                queues.add(retriesFirst ? 0 : queues.size(), queue);
            }
        }
        return queues;
    }

    private void answer(
            Request request,
            PopHeader header,
            List<PoppedBatch> found,
            List<PopQueueId> queues,
            long now,
            @Nullable ResponseCode nothing) {
        PopResultHeader result = new PopResultHeader(
                now,
                header.invisibleMillis(),
                header.ordered() ? PopHandle.ORDERED : 0,
                leases.rest(queues),
                found.isEmpty()
                        ? null
                        : infos(found, batch -> batch.offsets().get(0).toString()),
                found.isEmpty()
                        ? null
                        : infos(
                                found,
                                batch -> batch.offsets().stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(","))),
                found.isEmpty() || !header.ordered()
                        ? null
                        : infos(found, batch -> Integer.toString(batch.deliveries())));
        request.answer(
                nothing == null ? ResponseCode.SUCCESS : nothing,
                nothing == null ? "FOUND" : nothing.name(),
                result.encode(),
                body(found));
    }

    private static String infos(List<PoppedBatch> batches, Function<PoppedBatch, String> value) {
        return batches.stream()
                .map(batch -> (ResourceNames.isRetryTopic(batch.topic()) ? 1 : 0) + " " + batch.queueId() + " "
                        + value.apply(batch))
                .collect(Collectors.joining(";"));
    }

    private static ByteBuf body(List<PoppedBatch> found) {
        ByteBuffer[] slices =
                found.stream().flatMap(batch -> batch.slices().stream()).toArray(ByteBuffer[]::new);
        return slices.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(slices.length, slices);
    }

    private static long nanosLeft(long deadline) {
        return deadline - System.nanoTime();
    }

    /** The instant when a request has waited for long enough. The client's clock counts only as far as it is not ahead. */
    private long deadline(PopHeader header) {
        long waited = header.bornTime() <= 0 ? 0 : Math.max(0, clock.millis() - header.bornTime());
        long left = Math.max(0, Math.min(header.pollMillis() - waited, LONGEST_WAIT_MILLIS));
        return System.nanoTime() + Duration.ofMillis(left).toNanos();
    }

    /** One pop, from its arrival to its answer. */
    private final class Popping {
        private final Request request;
        private final PopHeader header;
        private final TopicConfig topic;
        private final MessageFilter filter;
        private final long deadline;

        Popping(Request request, PopHeader header, TopicConfig topic, MessageFilter filter) {
            this.request = request;
            this.header = header;
            this.topic = topic;
            this.filter = filter;
            this.deadline = deadline(header);
        }

        void whenWritable() {
            if (request.connection().isWritable()) {
                serve();
            } else {
                request.connection().whenWritable(this::serve);
            }
        }

        private void serve() {
            if (leases.isAtHand(queues(header, topic, false))) {
                serveHere();
                return;
            }
            try {
                blocking.execute(this::serveHere);
            } catch (RejectedExecutionException e) {
                request.fail(
                        ResponseCode.SYSTEM_BUSY,
                        "[OVERLOAD]too many pops of old messages are waiting for the disk: topic=" + header.topic()
                                + "; try again later");
            }
        }

        /** Failures of waiting pops end here, as no router stands above them. */
        private void serveHere() {
            try {
                for (int tries = 0; !tryOnce(tries); tries++) {}
            } catch (RuntimeException e) {
                LOG.error("pop failed: group={}, topic={}", header.consumerGroup(), header.topic(), e);
                request.fail(
                        ResponseCode.SYSTEM_ERROR,
                        "messages cannot be read: topic=" + header.topic() + ", reason=" + e);
            }
        }

        /** Answers or waits; false to look again. */
        private boolean tryOnce(int tries) {
            long now = clock.millis();
            boolean retriesFirst = rotation.incrementAndGet() % RETRIES_FIRST == 0;
            Pop pop = new Pop(
                    queues(header, topic, retriesFirst),
                    header.maxMessages(),
                    MAX_BYTES,
                    header.invisibleMillis(),
                    header.fromEnd(),
                    filter,
                    header.ordered(),
                    header.attemptId());
            List<PoppedBatch> found = leases.pop(pop, now);
            if (!found.isEmpty()) {
                for (PoppedBatch batch : found) {
                    statistics.delivered(
                            header.consumerGroup(),
                            header.topic(),
                            batch.offsets().size(),
                            batch.bytes());
                }
                answer(request, header, found, pop.queues(), now, null);
                if (leases.hasAvailable(pop.queues(), header.ordered())) {
                    // More than this consumer has taken: the next one need not wait for another arrival.
                    waiting.wake(header.consumerGroup(), header.topic());
                }
                return true;
            }
            if (header.pollMillis() <= 0) {
                answerNothing(ResponseCode.PULL_NOT_FOUND);
                return true;
            }
            if (nanosLeft(deadline) <= 0 || tries >= MAX_TRIES) {
                answerNothing(ResponseCode.POLLING_TIMEOUT);
                return true;
            }
            WaitingPops.WaitingPop parked = waiting.park(
                    header.consumerGroup(),
                    header.topic(),
                    header.queueId(),
                    filter,
                    request.connection(),
                    Duration.ofNanos(nanosLeft(deadline)),
                    this::resume);
            if (parked == null) {
                answerNothing(ResponseCode.POLLING_FULL);
                return true;
            }
            // A message that came between looking and parking has been announced already.
            if (leases.hasAvailable(pop.queues(), header.ordered()) && parked.claim()) {
                return false;
            }
            request.park();
            return true;
        }

        private void resume(Cause cause) {
            try {
                // What was allowed when it began to wait need not be any more.
                check(header);
            } catch (CommandException e) {
                request.fail(e);
                return;
            }
            whenWritable();
        }

        void answerNothing(ResponseCode code) {
            statistics.deliveredNothing();
            answer(request, header, List.of(), List.of(), clock.millis(), code);
        }
    }

    /** One question whether there is anything to pop. */
    private final class Notifying {
        private final Request request;
        private final PopHeader header;
        private final List<PopQueueId> queues;

        Notifying(Request request, PopHeader header, List<PopQueueId> queues) {
            this.request = request;
            this.header = header;
            this.queues = queues;
        }

        void serve() {
            long left = nanosLeft(deadline(header));
            if (leases.hasAvailable(queues, header.ordered()) || left <= 0) {
                answer(false);
                return;
            }
            WaitingPops.WaitingPop parked = waiting.park(
                    header.consumerGroup(),
                    header.topic(),
                    header.queueId(),
                    MessageFilter.ALL,
                    request.connection(),
                    Duration.ofNanos(left),
                    cause -> answer(false));
            if (parked == null) {
                answer(true);
            } else if (leases.hasAvailable(queues, header.ordered()) && parked.claim()) {
                answer(false);
            } else {
                request.park();
            }
        }

        private void answer(boolean pollingFull) {
            request.succeed(Fields.builder()
                    .put("hasMsg", leases.hasAvailable(queues, header.ordered()))
                    .put("pollingFull", pollingFull)
                    .build());
        }
    }
}
