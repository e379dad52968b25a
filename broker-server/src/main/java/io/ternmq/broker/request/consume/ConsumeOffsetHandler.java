package io.ternmq.broker.request.consume;

import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.QueryOffsetHeader;
import io.ternmq.protocol.header.UpdateOffsetHeader;
import java.util.OptionalLong;

/** Tells groups how far they have consumed (code 14), and notes it (code 15). Runs on the io thread. */
public final class ConsumeOffsetHandler {
    private final Topics topics;
    private final GroupSettings groups;
    private final Offsets offsets;
    private final MessageStore store;

    /** Wires the handler. */
    public ConsumeOffsetHandler(Topics topics, GroupSettings groups, Offsets offsets, MessageStore store) {
        this.topics = topics;
        this.groups = groups;
        this.offsets = offsets;
        this.store = store;
    }

    /**
     * Answers with the committed offset. Where there is none, a queue that still has its first message counts as committed at 0, so that the first
     * group on a young topic sees everything; otherwise the consumer decides by its own settings (22).
     */
    public void query(Request request) throws CommandException {
        QueryOffsetHeader header = QueryOffsetHeader.decode(request.fields());
        OptionalLong committed = offsets.committed(header.consumerGroup(), header.topic(), header.queueId());
        if (committed.isPresent()) {
            request.succeed(
                    Fields.builder().put("offset", committed.getAsLong()).build());
        } else if (header.zeroIfNotFound() && isYoung(header.topic(), header.queueId())) {
            request.succeed(Fields.builder().put("offset", 0).build());
        } else {
            throw new CommandException(
                    ResponseCode.QUERY_NOT_FOUND,
                    "group has not committed an offset: group=" + header.consumerGroup() + ", topic=" + header.topic()
                            + ", queueId=" + header.queueId());
        }
    }

    /** Notes an offset. */
    public void update(Request request) throws CommandException {
        UpdateOffsetHeader header = UpdateOffsetHeader.decode(request.fields());
        if (groups.findOrCreate(header.consumerGroup()) == null) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
                    "consumer group does not exist: group=" + header.consumerGroup());
        }
        TopicConfig topic = topics.find(header.topic());
        if (topic == null) {
            throw new CommandException(
                    ResponseCode.TOPIC_NOT_EXIST,
                    "topic does not exist: topic=" + header.topic() + ", group=" + header.consumerGroup());
        }
        if (header.queueId() < 0 || header.queueId() >= Math.max(topic.readQueueNums(), topic.writeQueueNums())) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "queue does not exist: topic=" + header.topic() + ", queueId=" + header.queueId() + ", readQueues="
                            + topic.readQueueNums());
        }
        long end = store.maxOffset(header.topic(), header.queueId());
        if (header.commitOffset() < 0 || header.commitOffset() > end) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "offset is not one of the queue: offset=" + header.commitOffset() + ", end=" + end + ", group="
                            + header.consumerGroup() + ", topic=" + header.topic() + ", queueId=" + header.queueId());
        }
        offsets.commit(header.consumerGroup(), header.topic(), header.queueId(), header.commitOffset());
        request.succeed();
    }

    private boolean isYoung(String topic, int queue) {
        return store.isComplete(topic, queue);
    }
}
