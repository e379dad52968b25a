package io.ternmq.client.internal.admin;

import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.group.BrokerOffsets;
import io.ternmq.client.internal.group.QueueOffsets;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.MessageQueue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Settles where groups begin. */
final class StartAdmin {

    private final Cluster cluster;

    StartAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Commits a start for each queue of a topic for which the group has committed nothing. */
    Map<TopicPartition, Long> settle(String group, String topic, StartPosition position) {
        List<MessageQueue> queues = cluster.client()
                .await(cluster.client().routes().load(topic), "the route of the topic is not told")
                .readQueues();
        BrokerOffsets offsets = new BrokerOffsets(cluster.client(), group, false);
        Map<MessageQueue, CompletableFuture<OptionalLong>> committed = new HashMap<>();
        queues.forEach(queue -> committed.put(queue, offsets.readCommitted(queue)));
        Map<MessageQueue, CompletableFuture<Long>> starts = new HashMap<>();
        committed.forEach((queue, found) -> {
            if (cluster.client()
                    .await(found, "the broker does not tell an offset")
                    .isEmpty()) {
                starts.put(queue, start(queue, position));
            }
        });
        Map<MessageQueue, Long> settled = new HashMap<>();
        starts.forEach((queue, start) ->
                settled.put(queue, cluster.client().await(start, "the broker does not tell an offset")));
        try {
            cluster.client().await(offsets.commitOrFail(settled), "offsets are not committed");
        } catch (MQClientException e) {
            if (e.getResponseCode() == ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST.number()) {
                throw new MQClientException(
                        e.getResponseCode(),
                        "there is no such group: group=" + group + "; create it before its start is settled");
            }
            throw e;
        }
        Map<TopicPartition, Long> told = new HashMap<>();
        settled.forEach((queue, offset) -> told.put(Cluster.toPartition(queue), offset));
        return Map.copyOf(told);
    }

    private CompletableFuture<Long> start(MessageQueue queue, StartPosition position) {
        QueueOffsets offsets = new QueueOffsets(cluster.client());
        if (position instanceof StartPosition.Earliest) {
            return offsets.beginning(queue);
        }
        return position instanceof StartPosition.At at ? offsets.at(queue, at.instant()) : offsets.end(queue);
    }
}
