package io.ternmq.interop.driver;

import java.util.List;
import java.util.function.Consumer;
import org.apache.rocketmq.client.consumer.AllocateMessageQueueStrategy;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyContext;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueAveragely;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueAveragelyByCircle;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueConsistentHash;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageClientExt;
import org.apache.rocketmq.common.message.MessageExt;

/** One started push consumer of the genuine client, which reports each message it is given. Thread safe. */
final class GenuineConsumer {
    private final DefaultMQPushConsumer consumer;

    private GenuineConsumer(DefaultMQPushConsumer consumer) {
        this.consumer = consumer;
    }

    static GenuineConsumer start(Line settings, Consumer<Line> output) throws Exception {
        String name = settings.get("name");
        String group = settings.get("group");
        DefaultMQPushConsumer consumer = settings.flag("traced")
                ? new DefaultMQPushConsumer(group, true, null)
                : new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(settings.get("nameServer"));
        consumer.setClientIP("127.0.0.1");
        consumer.setInstanceName(name);
        consumer.setUseTLS(settings.flag("tls"));
        consumer.setVipChannelEnabled(settings.flag("vip"));
        consumer.setMqClientApiTimeout(10_000);
        consumer.setHeartbeatBrokerInterval(2_000);
        // Else it may commit its offsets before the listener that has just reported a message has returned.
        consumer.setAwaitTerminationMillisWhenShutdown(5_000);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setConsumeThreadMin(2);
        consumer.setConsumeThreadMax(2);
        consumer.setAllocateMessageQueueStrategy(allocation(settings.get("allocation")));
        if (settings.flag("broadcasting")) {
            VersionDifferences.broadcast(consumer);
        }
        boolean popping = settings.flag("popping");
        if (popping) {
            VersionDifferences.letTheBrokerShareOut(consumer);
        }
        int retryTimes = settings.number("retryTimes", 0);
        if (settings.flag("orderly")) {
            consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
                messages.forEach(message -> output.accept(received(name, message)));
                return ConsumeOrderlyStatus.SUCCESS;
            });
        } else {
            consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
                messages.forEach(message -> output.accept(received(name, message)));
                return outcome(messages, context, retryTimes, popping);
            });
        }
        if (settings.flag("sql")) {
            consumer.subscribe(settings.get("topic"), MessageSelector.bySql(settings.get("expression")));
        } else {
            consumer.subscribe(settings.get("topic"), settings.get("expression"));
        }
        consumer.start();
        return new GenuineConsumer(consumer);
    }

    private static AllocateMessageQueueStrategy allocation(String name) {
        return switch (name) {
            case "AVG" -> new AllocateMessageQueueAveragely();
            case "AVG_BY_CIRCLE" -> new AllocateMessageQueueAveragelyByCircle();
            case "CONSISTENT_HASH" -> new AllocateMessageQueueConsistentHash();
            default -> throw new IllegalArgumentException("no such strategy: allocation=" + name);
        };
    }

    void stop() {
        consumer.shutdown();
    }

    private static ConsumeConcurrentlyStatus outcome(
            List<MessageExt> messages, ConsumeConcurrentlyContext context, int retryTimes, boolean popping) {
        if (messages.get(0).getReconsumeTimes() < retryTimes) {
            // The shortest delay of pop consumers, 10 s, is that of no level.
            context.setDelayLevelWhenNextConsume(popping ? 0 : 1);
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        }
        return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    }

    /** Describes a message that the client of this name was given. */
    static Line received(String name, MessageExt message) {
        return Line.of("message")
                .with("name", name)
                .with("topic", message.getTopic())
                .with("msgId", message.getMsgId())
                .with("offsetMsgId", message instanceof MessageClientExt both ? both.getOffsetMsgId() : null)
                .with("broker", message.getBrokerName())
                .with("queueId", message.getQueueId())
                .with("queueOffset", message.getQueueOffset())
                .with("reconsumeTimes", message.getReconsumeTimes())
                .with("flag", message.getFlag())
                .with("sysFlag", message.getSysFlag())
                .with("bodyCrc", message.getBodyCRC())
                .with("bornTimestamp", message.getBornTimestamp())
                .with("storeTimestamp", message.getStoreTimestamp())
                .with("bornHost", message.getBornHostString())
                .with("storeSize", message.getStoreSize())
                .with("body", message.getBody())
                .withAll("property.", message.getProperties())
                .build();
    }
}
