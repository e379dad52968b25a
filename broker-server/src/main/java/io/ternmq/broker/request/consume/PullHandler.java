package io.ternmq.broker.request.consume;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.ternmq.broker.delivery.WaitingPulls;
import io.ternmq.broker.filter.FilterException;
import io.ternmq.broker.filter.Filters;
import io.ternmq.broker.filter.TagFilter;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSubscription;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.PullResultHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages to consumers (codes 11 and 361). A pull that finds the queue at its end may wait for the next message. Runs on the io thread
 * of the connection, and where it may have to wait for the disk, on a request thread.
 *
 * <p>Runs on the io thread of the consumer's connection, also when a waiting pull goes on.
 */
public final class PullHandler implements RequestHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PullHandler.class);
    private static final int DEFAULT_BYTES = 256 * 1024;
    private static final int MOST_BYTES = 4 * 1024 * 1024;
    private static final int LEAST_BYTES = 100;
    private static final int MAX_MESSAGES = 1024;
    /** Messages that nobody wants may come as fast as they are read: then the client is to ask again. */
    private static final int MAX_READS = 8;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final ConsumeChecks checks;
    private final Consumers consumers;
    private final Offsets offsets;
    private final MessageStore store;
    private final WaitingPulls waitingPulls;
    private final Executor blocking;
    private final Statistics statistics;

    /** Wires the handler; pulls of old messages read on the blocking executor, which refuses what it cannot take. */
    public PullHandler(
            ConsumeChecks checks,
            Consumers consumers,
            Offsets offsets,
            MessageStore store,
            WaitingPulls waitingPulls,
            Executor blocking,
            Statistics statistics) {
        this.checks = checks;
        this.consumers = consumers;
        this.offsets = offsets;
        this.store = store;
        this.waitingPulls = waitingPulls;
        this.blocking = blocking;
        this.statistics = statistics;
    }

    @Override
    public void handle(Request request) throws CommandException {
        PullHeader header = PullHeader.decode(request.fields());
        checks.group(header.consumerGroup(), header.topic());
        checks.topic(header.topic(), header.consumerGroup(), header.queueId());
        MessageFilter filter = filter(header);
        // Beyond the end is the offset of a consumer that has not noticed that its topic was deleted and made anew.
        if (header.has(PullHeader.COMMIT_OFFSET)
                && header.commitOffset() >= 0
                && header.commitOffset() <= store.maxOffset(header.topic(), header.queueId())) {
            offsets.commit(header.consumerGroup(), header.topic(), header.queueId(), header.commitOffset());
        }
        Pull pull = new Pull(request, header, filter);
        if (request.connection().isWritable()) {
            pull.serve(header.has(PullHeader.SUSPEND));
        } else {
            request.connection().whenWritable(() -> pull.serve(header.has(PullHeader.SUSPEND)));
        }
    }

    private MessageFilter filter(PullHeader header) throws CommandException {
        if (header.has(PullHeader.SUBSCRIPTION)) {
            return compile(header);
        }
        GroupSubscription registered = requireSubscription(header);
        boolean wantsTags = isTag(header.expressionType());
        if (registered.data().subVersion() < header.subVersion()) {
            // The heartbeat with the newer subscription is under way. Serving with the older filter could skip
            // messages. Serving without one is safe where consumers compare tags themselves; SQL is evaluated here
            // only, and by nobody else.
            if (wantsTags && registered.data().isTagFilter()) {
                return MessageFilter.ALL;
            }
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_NOT_LATEST,
                    "subscription is newer than the one the group has sent by heartbeat: group="
                            + header.consumerGroup() + ", topic=" + header.topic() + ", wanted=" + header.subVersion()
                            + ", known=" + registered.data().subVersion());
        }
        if (registered.fault() != null) {
            throw parseFailed(header, registered.fault());
        }
        return registered.filter();
    }

    private GroupSubscription requireSubscription(PullHeader header) throws CommandException {
        GroupSubscription registered = consumers.subscription(header.consumerGroup(), header.topic());
        if (registered == null) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_NOT_EXIST,
                    "group has not subscribed to the topic by a heartbeat: group=" + header.consumerGroup() + ", topic="
                            + header.topic());
        }
        return registered;
    }

    private static MessageFilter compile(PullHeader header) throws CommandException {
        String given = header.subscription();
        String expression = given == null ? "*" : given;
        try {
            return isTag(header.expressionType())
                    ? TagFilter.of(SubscriptionData.ofTags(header.topic(), expression, header.subVersion()))
                    : Filters.compile(header.expressionType(), header.topic(), expression);
        } catch (FilterException e) {
            throw parseFailed(header, e.getMessage());
        }
    }

    private static boolean isTag(String expressionType) {
        return expressionType.isEmpty() || expressionType.equals(PullHeader.TAG);
    }

    private static CommandException parseFailed(PullHeader header, @Nullable String reason) {
        return new CommandException(
                ResponseCode.SUBSCRIPTION_PARSE_FAILED,
                reason + ", group=" + header.consumerGroup() + ", topic=" + header.topic());
    }

    /** One pull, from its arrival to its answer. */
    private final class Pull {
        private final Request request;
        private final PullHeader header;
        private final MessageFilter filter;
        private final long deadline;
        /** Where to read from: moves on over messages that were examined while the pull waited. */
        private long offset;

        private boolean woken;

        Pull(Request request, PullHeader header, MessageFilter filter) {
            this.request = request;
            this.header = header;
            this.filter = filter;
            this.offset = header.queueOffset();
            long wait = Math.max(0, Math.min(header.suspendTimeoutMillis(), LONGEST_WAIT.toMillis()));
            this.deadline = System.nanoTime() + Duration.ofMillis(wait).toNanos();
        }

        /** Answers, or waits if that is allowed and there is nothing. Failures of waiting pulls end here, as no router stands above them. */
        void serve(boolean maySuspend) {
            if (store.isAtHand(header.topic(), header.queueId(), header.queueOffset())) {
                serveHere(maySuspend);
                return;
            }
            try {
                blocking.execute(() -> serveHere(maySuspend));
            } catch (RejectedExecutionException e) {
                request.fail(
                        ResponseCode.SYSTEM_BUSY,
                        "[OVERLOAD]too many pulls of old messages are waiting for the disk: topic=" + header.topic()
                                + "; try again later");
            }
        }

        private void serveHere(boolean maySuspend) {
            try {
                read(maySuspend);
            } catch (RuntimeException e) {
                LOG.error("pull failed: group={}, topic={}", header.consumerGroup(), header.topic(), e);
                request.fail(
                        ResponseCode.SYSTEM_ERROR,
                        "messages cannot be read: topic=" + header.topic() + ", queueId=" + header.queueId()
                                + ", reason=" + e);
            }
        }

        private void read(boolean maySuspend) {
            Step step;
            int reads = 0;
            do {
                if (answerReset()) {
                    return;
                }
                ReadResult result = store.read(
                        header.topic(),
                        header.queueId(),
                        offset,
                        Math.max(1, Math.min(header.maxMessages(), MAX_MESSAGES)),
                        header.maxMessageBytes() > 0
                                ? Math.min(Math.max(header.maxMessageBytes(), LEAST_BYTES), MOST_BYTES)
                                : DEFAULT_BYTES,
                        filter);
                if (maySuspend && ++reads <= MAX_READS && isWaitedFor(result)) {
                    offset = result.nextOffset();
                    step = suspend(result);
                } else {
                    step = Step.ANSWERED;
                    answer(result);
                }
            } while (step == Step.READ_AGAIN);
        }

        /** Whether the end of the queue is reached without a message: at once, or in a pull that was woken by messages it does not want. */
        private boolean isWaitedFor(ReadResult result) {
            return result.status() == ReadResult.Status.NO_MESSAGE_AT_END
                    || (woken
                            && result.status() == ReadResult.Status.NO_MATCH
                            && result.nextOffset() == result.maxOffset());
        }

        /** An operator has put the group somewhere else: the first pull that comes is told, and goes on there. */
        private boolean answerReset() {
            OptionalLong reset = offsets.takeReset(header.consumerGroup(), header.topic(), header.queueId());
            if (reset.isEmpty()) {
                return false;
            }
            Fields fields = new PullResultHeader(
                            0,
                            reset.getAsLong(),
                            store.minOffset(header.topic(), header.queueId()),
                            store.maxOffset(header.topic(), header.queueId()))
                    .encode();
            request.answer(ResponseCode.PULL_OFFSET_MOVED, "progress was reset", fields, Unpooled.EMPTY_BUFFER);
            return true;
        }

        private Step suspend(ReadResult result) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                answer(result);
                return Step.ANSWERED;
            }
            WaitingPulls.WaitingPull parked = waitingPulls.park(
                    header.topic(),
                    header.queueId(),
                    offset,
                    filter,
                    request.connection(),
                    Duration.ofNanos(left),
                    this::resume);
            if (parked == null) {
                request.fail(
                        ResponseCode.SYSTEM_BUSY,
                        "[OVERLOAD]too many pulls are waiting: topic=" + header.topic() + "; try again later");
                return Step.ANSWERED;
            }
            // A message or a reset that came between reading and parking has been announced already, and is not
            // announced once more.
            if ((store.maxOffset(header.topic(), header.queueId()) > result.maxOffset()
                            || offsets.isReset(header.consumerGroup(), header.topic(), header.queueId()))
                    && parked.claim()) {
                return Step.READ_AGAIN;
            }
            request.park();
            return Step.WAITING;
        }

        private void resume(WaitingPulls.Cause cause) {
            woken = true;
            try {
                // What was allowed when it began to wait need not be any more.
                checks.topic(header.topic(), header.consumerGroup(), header.queueId());
            } catch (CommandException e) {
                request.fail(e);
                return;
            }
            if (request.connection().isWritable()) {
                serve(waitsForMatch());
            } else {
                request.connection().whenWritable(() -> serve(waitsForMatch()));
            }
        }

        /** A filter that looks into messages is not asked before a pull is woken: one that is woken for nothing waits on. */
        private boolean waitsForMatch() {
            return filter.examinesRecords();
        }

        private void answer(ReadResult result) {
            ResponseCode code = switch (result.status()) {
                case FOUND -> ResponseCode.SUCCESS;
                case NO_MESSAGE_AT_END -> ResponseCode.PULL_NOT_FOUND;
                case NO_MATCH -> ResponseCode.PULL_RETRY_IMMEDIATELY;
                case OFFSET_TOO_SMALL, OFFSET_TOO_LARGE, EMPTY_QUEUE -> ResponseCode.PULL_OFFSET_MOVED;
            };
            Fields fields =
                    new PullResultHeader(0, result.nextOffset(), result.minOffset(), result.maxOffset()).encode();
            if (result.count() == 0) {
                statistics.deliveredNothing();
            } else {
                statistics.delivered(header.consumerGroup(), header.topic(), result.count(), result.bytes());
            }
            request.answer(code, result.status().name(), fields, body(result));
        }

        /** One buffer of all records: cheaper than handing the socket a list of small ones, and read from the disk here. */
        private static ByteBuf body(ReadResult result) {
            if (result.slices().isEmpty()) {
                return Unpooled.EMPTY_BUFFER;
            }
            ByteBuf body = ByteBufAllocator.DEFAULT.directBuffer(result.bytes());
            for (ByteBuffer record : result.slices()) {
                body.writeBytes(record.duplicate());
            }
            return body;
        }
    }

    private enum Step {
        ANSWERED,
        WAITING,
        READ_AGAIN
    }
}
