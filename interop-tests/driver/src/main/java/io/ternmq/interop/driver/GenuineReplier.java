package io.ternmq.interop.driver;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/** A consumer of the genuine client that replies to each request with the same text and a prefix. Thread safe. */
final class GenuineReplier {
    private final DefaultMQProducer producer;
    private final DefaultMQPushConsumer consumer;

    private GenuineReplier(DefaultMQProducer producer, DefaultMQPushConsumer consumer) {
        this.producer = producer;
        this.consumer = consumer;
    }

    static GenuineReplier start(Line settings) throws MQClientException {
        DefaultMQProducer producer = new DefaultMQProducer(settings.get("group"));
        producer.setNamesrvAddr(settings.get("nameServer"));
        producer.setClientIP("127.0.0.1");
        producer.setInstanceName(settings.get("name"));
        producer.setSendMsgTimeout(10_000);
        producer.setHeartbeatBrokerInterval(2_000);
        producer.start();
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(settings.get("group"));
        consumer.setNamesrvAddr(settings.get("nameServer"));
        consumer.setClientIP("127.0.0.1");
        consumer.setInstanceName(settings.get("name"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setHeartbeatBrokerInterval(2_000);
        GenuineReplier replier = new GenuineReplier(producer, consumer);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> replier.reply(messages));
        consumer.subscribe(settings.get("topic"), "*");
        consumer.start();
        return replier;
    }

    private ConsumeConcurrentlyStatus reply(List<MessageExt> requests) {
        try {
            for (MessageExt request : requests) {
                String text = "re: " + new String(request.getBody(), StandardCharsets.UTF_8);
                var unused =
                        producer.send(MessageUtil.createReplyMessage(request, text.getBytes(StandardCharsets.UTF_8)));
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        } catch (Exception failure) {
            failure.printStackTrace();
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        }
    }

    void stop() {
        consumer.shutdown();
        producer.shutdown();
    }
}
