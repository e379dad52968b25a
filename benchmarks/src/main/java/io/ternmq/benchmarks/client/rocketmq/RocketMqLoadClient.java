package io.ternmq.benchmarks.client.rocketmq;

import io.ternmq.benchmarks.client.LoadClient;
import io.ternmq.benchmarks.client.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;

/** The genuine client with its default settings, except for names, addresses and where it logs. */
public final class RocketMqLoadClient implements LoadClient {
    private static final String LOG_DIRECTORY = "rocketmq.log.root";
    private static final long CLOSE_MILLIS = 10_000;

    private final Target target;
    private final DefaultMQProducer producer;
    private final List<DefaultMQPushConsumer> consumers = new CopyOnWriteArrayList<>();

    /** Starts a producer. */
    public RocketMqLoadClient(Target target) throws MQClientException, IOException {
        logElsewhere();
        this.target = target;
        this.producer = new DefaultMQProducer("load-producer");
        producer.setNamesrvAddr(target.nameServer());
        producer.setInstanceName(target.instanceName());
        producer.start();
    }

    /** Unless told otherwise, the genuine client writes into the user's home directory. */
    private static void logElsewhere() throws IOException {
        if (System.getProperty(LOG_DIRECTORY) == null) {
            System.setProperty(
                    LOG_DIRECTORY, Files.createTempDirectory("rocketmq-client").toString());
            System.setProperty("rocketmq.client.logLevel", "ERROR");
        }
    }

    @Override
    public void send(byte[] body) throws Exception {
        check(producer.send(message(body)));
    }

    @Override
    public void sendBatch(List<byte[]> bodies) throws Exception {
        List<Message> messages = new ArrayList<>(bodies.size());
        for (byte[] body : bodies) {
            messages.add(message(body));
        }
        check(producer.send(messages));
    }

    @Override
    public void sendAsync(byte[] body, Outcome outcome) {
        try {
            producer.send(message(body), new SendCallback() {
                @Override
                public void onSuccess(SendResult result) {
                    if (result.getSendStatus() == SendStatus.SEND_OK) {
                        outcome.stored();
                    } else {
                        outcome.failed(new IllegalStateException("not stored as asked: " + result.getSendStatus()));
                    }
                }

                @Override
                public void onException(Throwable reason) {
                    outcome.failed(reason);
                }
            });
        } catch (Exception e) {
            outcome.failed(e);
        }
    }

    @Override
    public void sendOneway(byte[] body) throws Exception {
        producer.sendOneway(message(body));
    }

    @Override
    public void consume(String group, int threads, Receiver receiver) throws MQClientException {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(target.nameServer());
        consumer.setInstanceName(target.instanceName());
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setConsumeThreadMin(threads);
        consumer.setConsumeThreadMax(threads);
        consumer.subscribe(target.topic(), "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> receiver.received(message.getBody()));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        consumers.add(consumer);
    }

    /** Waits 10 s at most: after a flood the genuine client can wait for ever for a connection that it is closing itself. */
    @Override
    public void close() {
        Thread closer = new Thread(this::shutdown, "close-" + target.instanceName());
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void shutdown() {
        consumers.forEach(DefaultMQPushConsumer::shutdown);
        producer.shutdown();
    }

    private Message message(byte[] body) {
        return new Message(target.topic(), body);
    }

    private static void check(SendResult result) {
        if (result.getSendStatus() != SendStatus.SEND_OK) {
            throw new IllegalStateException("not stored as asked: " + result.getSendStatus());
        }
    }
}
