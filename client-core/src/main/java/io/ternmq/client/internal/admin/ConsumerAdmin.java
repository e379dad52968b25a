package io.ternmq.client.internal.admin;

import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.ConsumerInfo;
import io.ternmq.client.admin.DirectConsumption;
import io.ternmq.client.admin.DirectConsumption.Outcome;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ConsumeDirectlyResult;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.ConsumerRunningInfo.QueueState;
import io.ternmq.protocol.body.ConsumerRunningInfo.TopicRates;
import io.ternmq.protocol.body.ConsumerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Asks consumers that are online, through their brokers. */
final class ConsumerAdmin {

    private final Cluster cluster;

    ConsumerAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    ConsumerInfo info(String group, String clientId, boolean withStacks) {
        Fields fields = Fields.builder()
                .put("consumerGroup", group)
                .put("clientId", clientId)
                .put("jstackEnable", withStacks)
                .build();
        MQClientException refusal = null;
        for (String master : cluster.masters()) {
            try {
                Reply reply = cluster.call(master, RequestCode.GET_CONSUMER_RUNNING_INFO, fields);
                return toInfo(group, clientId, Cluster.decode(reply, ConsumerRunningInfo.class));
            } catch (MQClientException e) {
                // A client is connected to some of the brokers only.
                refusal = e;
            }
        }
        throw refusal == null ? new MQClientException("there is no broker") : refusal;
    }

    private static ConsumerInfo toInfo(String group, String clientId, ConsumerRunningInfo info) {
        List<ConsumerInfo.ConsumedQueue> queues = new ArrayList<>();
        info.mqTable().forEach((queue, state) -> queues.add(toQueue(Cluster.toPartition(queue), state)));
        queues.sort(Comparator.comparing(
                        (ConsumerInfo.ConsumedQueue queue) -> queue.queue().topic())
                .thenComparing(queue -> queue.queue().brokerName())
                .thenComparingInt(queue -> queue.queue().queueId()));
        Map<String, ConsumerInfo.Rates> rates = new HashMap<>();
        info.statusTable().forEach((topic, status) -> rates.put(topic, toRates(status)));
        return new ConsumerInfo(
                group,
                clientId,
                info.properties(),
                GroupAdmin.toInfos(info.subscriptionSet()),
                queues,
                rates,
                Optional.ofNullable(info.jstack()));
    }

    private static ConsumerInfo.ConsumedQueue toQueue(TopicPartition queue, QueueState state) {
        return new ConsumerInfo.ConsumedQueue(
                queue,
                state.commitOffset(),
                state.cachedMsgCount(),
                state.locked(),
                Cluster.toInstant(state.lastPullTimestamp()),
                Cluster.toInstant(state.lastConsumeTimestamp()));
    }

    private static ConsumerInfo.Rates toRates(TopicRates rates) {
        return new ConsumerInfo.Rates(
                rates.pullRate(), rates.consumeOkRate(), rates.consumeFailedRate(), rates.consumeTime());
    }

    DirectConsumption consume(String group, String clientId, String broker, String topic, String offsetMessageId) {
        Fields fields = Fields.builder()
                .put("consumerGroup", group)
                .put("clientId", clientId)
                .put("msgId", offsetMessageId)
                .put("topic", topic)
                .build();
        Reply reply = cluster.call(broker, RequestCode.CONSUME_MESSAGE_DIRECTLY, fields);
        ConsumeDirectlyResult result = Cluster.decode(reply, ConsumeDirectlyResult.class);
        return new DirectConsumption(
                outcome(result.consumeResult()),
                Optional.ofNullable(result.remark()),
                Duration.ofMillis(Math.max(0, result.spentTimeMills())));
    }

    private static Outcome outcome(@Nullable String name) {
        if (name == null) {
            return Outcome.OTHER;
        }
        return switch (name) {
            case ConsumeDirectlyResult.SUCCESS, "CR_COMMIT" -> Outcome.CONSUMED;
            case ConsumeDirectlyResult.LATER, "CR_ROLLBACK" -> Outcome.LATER;
            case ConsumeDirectlyResult.EXCEPTION -> Outcome.FAILED;
            case ConsumeDirectlyResult.NOTHING -> Outcome.NOTHING;
            default -> Outcome.OTHER;
        };
    }

    Map<String, Map<TopicPartition, Long>> positions(String group, String topic) {
        Fields fields = Fields.builder().put("topic", topic).put("group", group).build();
        Map<String, Map<TopicPartition, Long>> positions = new TreeMap<>();
        for (String master : cluster.masters()) {
            Reply reply = cluster.callUnless(
                    master,
                    RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS,
                    fields,
                    ResponseCode.CONSUMER_NOT_ONLINE,
                    ResponseCode.TOPIC_NOT_EXIST);
            if (reply != null) {
                Cluster.decode(reply, ConsumerStatus.class).consumerTable().forEach((client, table) -> {
                    Map<TopicPartition, Long> mine = positions.computeIfAbsent(client, absent -> new HashMap<>());
                    table.forEach((queue, offset) -> mine.put(Cluster.toPartition(queue), offset));
                });
            }
        }
        return positions;
    }
}
