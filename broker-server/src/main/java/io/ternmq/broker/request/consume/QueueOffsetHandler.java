package io.ternmq.broker.request.consume;

import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.Boundary;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.QueueHeader;
import io.ternmq.protocol.header.SearchOffsetHeader;

/** Answers questions about the ends of queues and about offsets by time (codes 29 to 32). Runs on the io thread. */
public final class QueueOffsetHandler {
    private final Topics topics;
    private final MessageStore store;

    /** Wires the handler. */
    public QueueOffsetHandler(Topics topics, MessageStore store) {
        this.topics = topics;
        this.store = store;
    }

    /** Finds an offset by store time. */
    public void search(Request request) throws CommandException {
        SearchOffsetHeader header = SearchOffsetHeader.decode(request.fields());
        checkQueue(header.topic(), header.queueId());
        Boundary boundary = header.upper() ? Boundary.UPPER : Boundary.LOWER;
        offset(request, store.offsetByTime(header.topic(), header.queueId(), header.timestamp(), boundary));
    }

    /** Tells the end of a queue. */
    public void max(Request request) throws CommandException {
        QueueHeader header = queue(request);
        offset(request, store.maxOffset(header.topic(), header.queueId()));
    }

    /** Tells the beginning of a queue. */
    public void min(Request request) throws CommandException {
        QueueHeader header = queue(request);
        offset(request, store.minOffset(header.topic(), header.queueId()));
    }

    /** Tells when the first message of a queue was stored; -1 if there is none. */
    public void earliestStoreTime(Request request) throws CommandException {
        QueueHeader header = queue(request);
        long first = store.minOffset(header.topic(), header.queueId());
        long time = store.storeTime(header.topic(), header.queueId(), first).orElse(-1);
        request.succeed(Fields.builder().put("timestamp", time).build());
    }

    private QueueHeader queue(Request request) throws CommandException {
        QueueHeader header = QueueHeader.decode(request.fields());
        checkQueue(header.topic(), header.queueId());
        return header;
    }

    private void checkQueue(String name, int queue) throws CommandException {
        TopicConfig topic = topics.find(name);
        if (topic == null) {
            throw new CommandException(ResponseCode.TOPIC_NOT_EXIST, "topic does not exist: topic=" + name);
        }
        if (queue < 0 || queue >= Math.max(topic.readQueueNums(), topic.writeQueueNums())) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "queue does not exist: topic=" + name + ", queueId=" + queue + ", readQueues="
                            + topic.readQueueNums());
        }
    }

    private static void offset(Request request, long offset) {
        request.succeed(Fields.builder().put("offset", offset).build());
    }
}
