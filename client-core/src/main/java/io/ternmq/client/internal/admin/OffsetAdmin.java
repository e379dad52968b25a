package io.ternmq.client.internal.admin;

import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.QueueOffsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts groups somewhere else. */
final class OffsetAdmin {

    private static final long TO_THE_END = -1;

    private final Cluster cluster;

    OffsetAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    Map<TopicPartition, Long> resetToTime(String group, String topic, long epochMillis) {
        return reset(group, topic, Math.max(0, epochMillis));
    }

    Map<TopicPartition, Long> resetToEnd(String group, String topic) {
        return reset(group, topic, TO_THE_END);
    }

    private Map<TopicPartition, Long> reset(String group, String topic, long timestamp) {
        Fields fields = Fields.builder()
                .put("topic", topic)
                .put("group", group)
                .put("queueId", -1)
                .put("timestamp", timestamp)
                .put("isForce", true)
                .build();
        Map<TopicPartition, Long> reset = new HashMap<>();
        for (String master : cluster.masters()) {
            read(
                    cluster.callUnless(
                            master, RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, fields, ResponseCode.TOPIC_NOT_EXIST),
                    reset);
        }
        if (reset.isEmpty()) {
            throw new MQClientException(
                    ResponseCode.TOPIC_NOT_EXIST.number(), "no broker has the topic: topic=" + topic);
        }
        return Map.copyOf(reset);
    }

    void resetToOffset(String group, TopicPartition queue, long offset) {
        Fields fields = Fields.builder()
                .put("topic", queue.topic())
                .put("group", group)
                .put("queueId", queue.queueId())
                .put("offset", offset)
                .put("timestamp", 0)
                .put("isForce", true)
                .build();
        cluster.call(cluster.master(queue.brokerName()), RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, fields);
    }

    private static void read(@Nullable Reply reply, Map<TopicPartition, Long> offsets) {
        if (reply != null && reply.body().length > 0) {
            Cluster.decode(reply, QueueOffsets.class)
                    .offsetTable()
                    .forEach((queue, offset) -> offsets.put(Cluster.toPartition(queue), offset));
        }
    }

    void copy(String source, String target, String topic) {
        Fields fields = Fields.builder()
                .put("srcGroup", source)
                .put("destGroup", target)
                .put("topic", topic)
                .put("offline", true)
                .build();
        for (String master : cluster.masters()) {
            cluster.call(master, RequestCode.CLONE_GROUP_OFFSET, fields);
        }
    }
}
