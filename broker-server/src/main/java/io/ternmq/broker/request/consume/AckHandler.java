package io.ternmq.broker.request.consume;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.delivery.PopLeases;
import io.ternmq.broker.delivery.PopQueueId;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BatchAck;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.AckHeader;
import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.header.PopResultHeader;
import io.ternmq.protocol.message.ResourceNames;
import java.time.Duration;
import java.util.Base64;
import java.util.BitSet;

/**
 * Ends the leases of popped messages: acknowledges one (200051) or many (200151), or lets one end at another time (200053). A lease that is over, or was never
 * given, is answered with 208. Runs on the io thread.
 */
public final class AckHandler {
    private static final long LONGEST_INVISIBLE_MILLIS = Duration.ofDays(1).toMillis();

    private final BrokerIdentity identity;
    private final Topics topics;
    private final MessageStore store;
    private final PopLeases leases;
    private final Clock clock;

    /** Wires the handler. */
    public AckHandler(BrokerIdentity identity, Topics topics, MessageStore store, PopLeases leases, Clock clock) {
        this.identity = identity;
        this.topics = topics;
        this.store = store;
        this.leases = leases;
        this.clock = clock;
    }

    /** Acknowledges one message. */
    public void acknowledge(Request request) throws CommandException {
        AckHeader header = AckHeader.decode(request.fields());
        PopHandle handle = check(header);
        if (!leases.acknowledge(queue(header), header.offset(), handle.popTime())) {
            throw leaseIsOver(header);
        }
        request.succeed();
    }

    /** Lets a lease end at another time, counted from now. */
    public void change(Request request) throws CommandException {
        AckHeader header = AckHeader.decodeChange(request.fields());
        PopHandle handle = check(header);
        if (header.invisibleMillis() < 0 || header.invisibleMillis() > LONGEST_INVISIBLE_MILLIS) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "invisibleTime is out of range: invisibleTime=" + header.invisibleMillis() + "; use 0 to "
                            + LONGEST_INVISIBLE_MILLIS + " ms");
        }
        long now = clock.millis();
        if (!leases.change(
                queue(header), header.offset(), handle.popTime(), header.invisibleMillis(), header.prolongs(), now)) {
            throw leaseIsOver(header);
        }
        PopResultHeader result =
                new PopResultHeader(now, header.invisibleMillis(), handle.reviveQueue(), 0, null, null, null);
        request.succeed(result.encode());
    }

    /** Acknowledges many messages; those whose lease is over are passed over. */
    public void acknowledgeAll(Request request) throws CommandException {
        BatchAck body = JsonBodies.decode(request.body(), BatchAck.class);
        int ended = 0;
        for (BatchAck.Ack ack : body.acks()) {
            ended += acknowledge(ack);
        }
        if (ended == 0) {
            throw new CommandException(
                    ResponseCode.NO_MESSAGE,
                    "no message of the batch is leased any more: acks="
                            + body.acks().size());
        }
        request.succeed();
    }

    private int acknowledge(BatchAck.Ack ack) throws CommandException {
        BitSet bits;
        try {
            bits = BitSet.valueOf(Base64.getDecoder().decode(ack.bits()));
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "bit set of a batch acknowledgement is malformed: group=" + ack.consumerGroup() + ", topic="
                            + ack.topic() + ", reason=" + e.getMessage());
        }
        String topic =
                ack.retry().equals("0") ? ack.topic() : ResourceNames.popRetryTopic(ack.consumerGroup(), ack.topic());
        PopQueueId queue = new PopQueueId(ack.consumerGroup(), topic, ack.queueId());
        int ended = 0;
        for (int bit = bits.nextSetBit(0); bit >= 0; bit = bits.nextSetBit(bit + 1)) {
            ended += leases.acknowledge(queue, ack.startOffset() + bit, ack.popTime()) ? 1 : 0;
        }
        return ended;
    }

    private PopHandle check(AckHeader header) throws CommandException {
        PopHandle handle = PopHandle.parse(header.handle());
        if (handle.queueId() != header.queueId()
                || handle.offset() != header.offset()
                || !handle.brokerName().equals(identity.brokerName())
                || (handle.retry() != 0) != ResourceNames.isRetryTopic(header.topic())) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "handle of a popped message does not fit the request: extraInfo=" + handle + ", broker="
                            + identity.brokerName() + ", topic=" + header.topic() + ", queueId=" + header.queueId()
                            + ", offset=" + header.offset() + "; give it back with the message it came with");
        }
        TopicConfig topic = topics.find(header.topic());
        if (topic == null) {
            throw new CommandException(
                    ResponseCode.TOPIC_NOT_EXIST,
                    "topic does not exist: topic=" + header.topic() + ", group=" + header.consumerGroup());
        }
        if (header.queueId() >= topic.readQueueNums()) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "queue does not exist: topic=" + header.topic() + ", queueId=" + header.queueId() + ", readQueues="
                            + topic.readQueueNums());
        }
        long min = store.minOffset(header.topic(), header.queueId());
        long max = store.maxOffset(header.topic(), header.queueId());
        if (header.offset() < min || header.offset() >= max) {
            throw new CommandException(
                    ResponseCode.NO_MESSAGE,
                    "offset is not in the queue: topic=" + header.topic() + ", queueId=" + header.queueId()
                            + ", offset=" + header.offset() + ", min=" + min + ", max=" + max);
        }
        return handle;
    }

    private static CommandException leaseIsOver(AckHeader header) {
        return new CommandException(
                ResponseCode.NO_MESSAGE,
                "message is no longer leased by this handle: group=" + header.consumerGroup() + ", topic="
                        + header.topic() + ", queueId=" + header.queueId() + ", offset=" + header.offset()
                        + "; it was acknowledged before, or is delivered again");
    }

    private static PopQueueId queue(AckHeader header) {
        return new PopQueueId(header.consumerGroup(), header.topic(), header.queueId());
    }
}
