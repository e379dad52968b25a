package io.ternmq.client.internal.receive;

import io.ternmq.client.Assignment;
import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.QueueOffsets;
import io.ternmq.protocol.body.MessageQueue;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Where queues are to begin, while the application may still choose. */
final class OpenAssignment implements Assignment {

    private final String group;
    private final ClientInstance client;
    private final Map<TopicPartition, Long> starts = new LinkedHashMap<>();
    private boolean closed;

    OpenAssignment(String group, ClientInstance client) {
        this.group = group;
        this.client = client;
    }

    void add(TopicPartition queue, long offset) {
        starts.put(queue, offset);
    }

    /** Nothing can be chosen any more. */
    synchronized void close() {
        closed = true;
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public Set<TopicPartition> queues() {
        return Collections.unmodifiableSet(starts.keySet());
    }

    @Override
    public synchronized long startOffset(TopicPartition queue) {
        Long offset = starts.get(queue);
        if (offset == null) {
            throw new MQClientException("the queue was not assigned now: group=" + group + ", queue=" + queue
                    + "; it was " + starts.keySet());
        }
        return offset;
    }

    @Override
    public synchronized void seek(TopicPartition queue, long offset) {
        if (offset < 0) {
            throw new MQClientException("illegal value: offset=" + offset + "; it must not be negative");
        }
        if (closed) {
            throw new MQClientException("the queue has begun already: group=" + group + ", queue=" + queue
                    + "; seek before onAssigned returns");
        }
        startOffset(queue);
        starts.put(queue, offset);
    }

    @Override
    public void seekToBeginning(TopicPartition queue) {
        seek(queue, answer(offsets().beginning(asMessageQueue(queue))));
    }

    @Override
    public void seekToEnd(TopicPartition queue) {
        seek(queue, answer(offsets().end(asMessageQueue(queue))));
    }

    @Override
    public void seekToTime(TopicPartition queue, Instant instant) {
        seek(queue, answer(offsets().at(asMessageQueue(queue), instant)));
    }

    private QueueOffsets offsets() {
        return new QueueOffsets(client);
    }

    private static MessageQueue asMessageQueue(TopicPartition queue) {
        return new MessageQueue(queue.topic(), queue.brokerName(), queue.queueId());
    }

    private long answer(CompletableFuture<Long> question) {
        return client.await(question, "the broker does not tell an offset");
    }
}
