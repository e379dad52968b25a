package io.ternmq.interop.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.producer.DefaultMQProducerImpl;
import org.apache.rocketmq.client.impl.producer.TopicPublishInfo;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;

/** One started producer of the genuine client. Thread safe. */
final class GenuineProducer {
    private static final String COMPRESS_TYPE = "rocketmq.message.compressType";

    private static final int ROUTE_ATTEMPTS = 100;

    private final DefaultMQProducer producer;
    private final LocalTransactions transactions;
    private final boolean autoCreate;

    private GenuineProducer(DefaultMQProducer producer, LocalTransactions transactions, boolean autoCreate) {
        this.producer = producer;
        this.transactions = transactions;
        this.autoCreate = autoCreate;
    }

    /** A transactional one, if {@code checkAnswer} says what its checks are to be answered with. */
    static GenuineProducer start(Line settings) throws MQClientException {
        LocalTransactions transactions = new LocalTransactions(settings.find("checkAnswer"));
        DefaultMQProducer producer = create(
                settings.get("group"),
                settings.find("compression"),
                settings.find("checkAnswer") == null ? null : transactions,
                settings.flag("traced"));
        producer.setNamesrvAddr(settings.get("nameServer"));
        producer.setClientIP("127.0.0.1");
        producer.setInstanceName(settings.get("name"));
        producer.setUseTLS(settings.flag("tls"));
        producer.setVipChannelEnabled(settings.flag("vip"));
        producer.setCompressMsgBodyOverHowmuch(settings.number("compressOver", 4096));
        producer.setSendMsgTimeout(settings.number("timeoutMillis", 10_000));
        producer.setMqClientApiTimeout(10_000);
        producer.setHeartbeatBrokerInterval(2_000);
        producer.start();
        return new GenuineProducer(producer, transactions, settings.flag("autoCreate"));
    }

    /** The type of compression can be chosen by a property of the process only; it is read by the constructor. */
    private static DefaultMQProducer create(
            String group, @Nullable String compression, @Nullable LocalTransactions transactions, boolean traced) {
        synchronized (GenuineProducer.class) {
            System.setProperty(COMPRESS_TYPE, compression == null ? "ZLIB" : compression);
            if (transactions == null) {
                return traced ? new DefaultMQProducer(group, true, null) : new DefaultMQProducer(group);
            }
            TransactionMQProducer producer = new TransactionMQProducer(group);
            producer.setTransactionListener(transactions);
            return producer;
        }
    }

    CompletableFuture<Line.Builder> send(Line command) throws Exception {
        Message message = message(command, "");
        learnQueues(message.getTopic());
        String queue = command.find("queue");
        MessageQueue target = queue == null ? null : writeQueue(message.getTopic(), Integer.parseInt(queue));
        CompletableFuture<Line.Builder> answer = new CompletableFuture<>();
        switch (command.get("mode")) {
            case "sync" ->
                answer.complete(sent(target == null ? producer.send(message) : producer.send(message, target)));
            case "async" -> {
                SendCallback callback = new SendCallback() {
                    @Override
                    public void onSuccess(SendResult result) {
                        answer.complete(sent(result));
                    }

                    @Override
                    public void onException(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }
                };
                if (target == null) {
                    producer.send(message, callback);
                } else {
                    producer.send(message, target, callback);
                }
            }
            case "oneway" -> {
                if (target == null) {
                    producer.sendOneway(message);
                } else {
                    producer.sendOneway(message, target);
                }
                answer.complete(Line.of("ok"));
            }
            case "transaction" ->
                answer.complete(sent(
                        ((TransactionMQProducer) producer).sendMessageInTransaction(message, command.get("outcome"))));
            default -> throw new IllegalArgumentException("unknown mode: " + command.text());
        }
        return answer;
    }

    CompletableFuture<Line.Builder> sendBatch(Line command) throws Exception {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < command.number("count", 0); i++) {
            messages.add(message(command, i + "."));
        }
        learnQueues(command.get("topic"));
        return CompletableFuture.completedFuture(sent(producer.send(messages)));
    }

    /** Sends a request and waits for the reply. */
    Line.Builder request(Line command) throws Exception {
        Message message = message(command, "");
        learnQueues(message.getTopic());
        return Line.of("ok")
                .with(
                        "body",
                        producer.request(message, command.number("timeoutMillis", 10_000))
                                .getBody());
    }

    /** How often the broker has asked about a transaction. */
    int checks() {
        return transactions.checks();
    }

    void createTopic(String topic, int queues) throws ReflectiveOperationException {
        VersionDifferences.createTopic(producer, topic, queues);
    }

    int writeQueues(String topic) throws MQClientException {
        return producer.fetchPublishMessageQueues(topic).size();
    }

    void stop() {
        producer.shutdown();
    }

    /**
     * Makes sure that the producer knows the queues of a topic that exists. Left to itself, it makes up four if its question is not
     * answered within three seconds.
     */
    @SuppressWarnings("deprecation") // the only way to see what it knows
    private void learnQueues(String topic) throws InterruptedException {
        DefaultMQProducerImpl inner = producer.getDefaultMQProducerImpl();
        for (int attempt = 0; attempt < ROUTE_ATTEMPTS && !autoCreate; attempt++) {
            TopicPublishInfo known = inner.getTopicPublishInfoTable().get(topic);
            if (known != null && known.ok()) {
                return;
            }
            if (!inner.getMqClientFactory().updateTopicRouteInfoFromNameServer(topic)) {
                Thread.sleep(100);
            }
        }
    }

    private MessageQueue writeQueue(String topic, int queueId) throws MQClientException {
        return producer.fetchPublishMessageQueues(topic).stream()
                .filter(queue -> queue.getQueueId() == queueId)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no such queue: topic=" + topic + ", queue=" + queueId));
    }

    String recall(String topic, String recallHandle) throws Exception {
        return VersionDifferences.recall(producer, topic, recallHandle);
    }

    private static Message message(Line command, String prefix) throws ReflectiveOperationException {
        Message message = new Message(command.get("topic"), command.bytes(prefix + "body"));
        String tags = command.find(prefix + "tags");
        if (tags != null) {
            message.setTags(tags);
        }
        String keys = command.find(prefix + "keys");
        if (keys != null) {
            message.setKeys(keys);
        }
        message.setFlag(command.number(prefix + "flag", 0));
        command.under(prefix + "property.").forEach(message::putUserProperty);
        String level = command.find(prefix + "delayLevel");
        if (level != null) {
            message.setDelayTimeLevel(Integer.parseInt(level));
        }
        for (Map.Entry<String, String> timer : command.under(prefix + "timer.").entrySet()) {
            VersionDifferences.setTimer(message, timer.getKey(), Long.parseLong(timer.getValue()));
        }
        return message;
    }

    private static Line.Builder sent(SendResult result) {
        return Line.of("ok")
                .with("status", result.getSendStatus())
                .with("msgId", result.getMsgId())
                .with("offsetMsgId", result.getOffsetMsgId())
                .with("broker", result.getMessageQueue().getBrokerName())
                .with("queueId", result.getMessageQueue().getQueueId())
                .with("queueOffset", result.getQueueOffset())
                .with("recallHandle", VersionDifferences.recallHandle(result));
    }
}
