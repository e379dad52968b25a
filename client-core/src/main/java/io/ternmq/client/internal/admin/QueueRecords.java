package io.ternmq.client.internal.admin;

import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.PullResultHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one queue, one after the other, fetched some at a time. Leaves no trace at the broker. For one thread. */
final class QueueRecords {

    /** A group that every broker lets read anything. */
    private static final String READER = "TOOLS_CONSUMER";

    private static final int MOST_OF_A_PULL = 32;

    private final Cluster cluster;
    private final String master;
    private final TopicPartition queue;
    private final int wanted;
    private final Deque<StoredMessage> fetched = new ArrayDeque<>();
    private long next;
    private long fetchedTo;
    private boolean ended;

    /**
     * From an offset on.
     *
     * @param wanted about how many will be taken
     */
    QueueRecords(Cluster cluster, String master, TopicPartition queue, long from, int wanted) {
        this.cluster = cluster;
        this.master = master;
        this.queue = queue;
        this.wanted = Math.max(1, Math.min(wanted, MOST_OF_A_PULL));
        this.next = from;
        this.fetchedTo = from;
    }

    TopicPartition queue() {
        return queue;
    }

    /** The offset at which somebody else would go on. */
    long next() {
        return next;
    }

    /** The next record, which is not taken yet; {@code null} at the end of the queue. */
    @Nullable
    StoredMessage peek() {
        while (fetched.isEmpty() && !ended) {
            fetch();
        }
        return fetched.peek();
    }

    /** Takes what {@link #peek} has shown. */
    void take() {
        StoredMessage taken = fetched.remove();
        next = fetched.isEmpty() ? fetchedTo : taken.queueOffset() + 1;
    }

    private void fetch() {
        PullHeader header = new PullHeader(
                READER,
                queue.topic(),
                queue.queueId(),
                fetchedTo,
                wanted,
                PullHeader.SUBSCRIPTION,
                0,
                0,
                0,
                "*",
                PullHeader.TAG,
                -1);
        Reply reply = cluster.client()
                .await(
                        cluster.client().connections().request(master, RequestCode.PULL_MESSAGE, header.encode()),
                        "the broker does not answer: address=" + master);
        if (!reply.is(ResponseCode.SUCCESS)
                && !reply.is(ResponseCode.PULL_NOT_FOUND)
                && !reply.is(ResponseCode.PULL_RETRY_IMMEDIATELY)
                && !reply.is(ResponseCode.PULL_OFFSET_MOVED)) {
            throw new MQClientException(
                    reply.code(), "a queue cannot be read: queue=" + queue + ", " + reply.describe());
        }
        try {
            long to = PullResultHeader.decode(reply.fields()).nextOffset();
            if (reply.is(ResponseCode.SUCCESS)) {
                List<StoredMessage> records = StoredMessage.readAll(ByteBuffer.wrap(reply.body()));
                fetched.addAll(records);
            }
            ended = reply.is(ResponseCode.PULL_NOT_FOUND) || (to <= fetchedTo && fetched.isEmpty());
            fetchedTo = to;
            if (fetched.isEmpty()) {
                next = to;
            }
        } catch (CommandException | MalformedMessageException e) {
            throw new MQClientException("an answer cannot be read: queue=" + queue + ", reason=" + e.getMessage(), e);
        }
    }
}
