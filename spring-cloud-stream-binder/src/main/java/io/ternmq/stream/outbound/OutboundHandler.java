package io.ternmq.stream.outbound;

import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.SendResult;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionSendResult;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.stream.headers.SpecialHeader;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import io.ternmq.stream.properties.SendMode;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.cloud.stream.binder.PartitionHandler;
import org.springframework.context.Lifecycle;
import org.springframework.integration.handler.AbstractMessageHandler;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.support.ErrorMessage;

/**
 * The outer end of an output binding: sends each message by the producer that its properties ask for. Producers of the other kinds are made when they are first needed.
 */
public final class OutboundHandler extends AbstractMessageHandler implements Lifecycle {

    private final OutboundSettings settings;
    private final OutboundMessages messages;
    private final @Nullable PartitionHandler partitions;
    private final @Nullable MessageChannel errors;
    private @Nullable Producer producer;
    private @Nullable OrderProducer ordered;
    private @Nullable TransactionProducer transactional;
    private volatile boolean running;

    /**
     * Makes it.
     *
     * @param mapper turns headers into user properties
     * @param payloads writes payloads that are neither bytes nor text
     * @param partitions chooses partitions by the number of queues that there are; {@code null} if they are chosen before
     * @param errors gets failures that nobody waits for, or {@code null}
     */
    public OutboundHandler(
            OutboundSettings settings,
            TernMQHeaderMapper mapper,
            MessageMapper payloads,
            @Nullable PartitionHandler partitions,
            @Nullable MessageChannel errors) {
        this.settings = settings;
        this.partitions = partitions;
        this.messages = new OutboundMessages(
                settings.topic(),
                settings.extension(),
                settings.headersMapped() ? mapper : null,
                payloads.converter(),
                Clock.systemUTC());
        this.errors = errors;
    }

    @Override
    public String getComponentType() {
        return "ternmq:outbound-channel-adapter";
    }

    /** Starts the producer that is surely needed, so that a broker that cannot be reached is told now. */
    @Override
    public synchronized void start() {
        if (running) {
            return;
        }
        if (settings.transaction() != null) {
            requireTransactional(settings.transaction());
        } else if (settings.partitioned()) {
            requireOrdered();
        } else {
            requireProducer();
        }
        running = true;
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (producer != null) {
            producer.shutdown();
            producer = null;
        }
        if (ordered != null) {
            ordered.shutdown();
            ordered = null;
        }
        if (transactional != null) {
            transactional.shutdown();
            transactional = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private synchronized Producer requireProducer() {
        if (producer == null) {
            Producer fresh = MQFactory.createProducer(settings.producer());
            start(fresh);
            producer = fresh;
        }
        return producer;
    }

    private synchronized OrderProducer requireOrdered() {
        if (ordered == null) {
            OrderProducer fresh = MQFactory.createOrderProducer(named("-ordered"));
            start(fresh);
            ordered = fresh;
        }
        return ordered;
    }

    private synchronized TransactionProducer requireTransactional(OutboundSettings.Transaction transaction) {
        if (transactional == null) {
            // The brokers ask this group about its transactions, so it has the name that was given.
            TransactionProducer fresh = MQFactory.createTransactionProducer(settings.producer(), transaction.checker());
            start(fresh);
            transactional = fresh;
        }
        return transactional;
    }

    private static void start(io.ternmq.client.Admin client) {
        try {
            client.start();
        } catch (MQClientException e) {
            client.shutdown();
            throw e;
        }
    }

    /** A group has one producer in a JVM. */
    private ProducerConfig named(String suffix) {
        ProducerConfig config = settings.producer();
        return new ProducerConfig(
                config.client(),
                config.groupId() + suffix,
                config.sendTimeout(),
                config.retries(),
                config.compression(),
                config.compressOverBytes(),
                config.maxMessageBytes(),
                config.maxInFlight(),
                config.maxInFlightBytes(),
                config.whenFull(),
                config.gathering(),
                config.checkImmunity());
    }

    @Override
    protected void handleMessageInternal(org.springframework.messaging.Message<?> given) {
        if (!running) {
            throw new MessageHandlingException(
                    given, "the binding is stopped: binding=" + settings.binding() + "; start it before sending");
        }
        Message message = messages.toMessage(given);
        OutboundSettings.Transaction transaction = settings.transaction();
        if (transaction != null) {
            sendInTransaction(given, message, transaction);
        } else if (settings.partitioned()) {
            finish(given, requireOrdered().sendAsync(message, (queues, sent) -> queueOf(given, queues)));
        } else if (!message.getShardingKey().isEmpty() && !message.isDelayed()) {
            finish(given, requireOrdered().sendAsync(message, message.getShardingKey()));
        } else if (settings.sendMode() == SendMode.ONEWAY) {
            requireProducer().sendOneway(message);
        } else {
            finish(given, requireProducer().sendAsync(message));
        }
    }

    private TopicPartition queueOf(org.springframework.messaging.Message<?> given, List<TopicPartition> queues) {
        int partition = partition(given, queues.size());
        if (partition < 0 || partition >= queues.size()) {
            throw new MQClientException("there is no such partition: binding=" + settings.binding() + ", topic="
                    + settings.topic() + ", partition=" + partition + ", queues=" + queues.size()
                    + "; give the topic more queues, or lower partition-count");
        }
        return queues.get(partition);
    }

    /** The partition that was chosen before, unless the number of queues is to count, which may have grown since. */
    private int partition(org.springframework.messaging.Message<?> given, int queues) {
        PartitionHandler choosing = partitions;
        if (choosing == null && given.getHeaders().get(BinderHeaders.PARTITION_HEADER) instanceof Integer chosen) {
            return chosen;
        }
        if (choosing == null) {
            throw new MessageHandlingException(
                    given,
                    "a message has no partition: binding=" + settings.binding() + "; send it through the binding");
        }
        synchronized (choosing) {
            choosing.setPartitionCount(queues);
            return choosing.determinePartition(given);
        }
    }

    private void sendInTransaction(
            org.springframework.messaging.Message<?> given, Message message, OutboundSettings.Transaction transaction) {
        TransactionSendResult result = requireTransactional(transaction)
                .send(message, transaction.executer(), SpecialHeader.TRANSACTION_ARGUMENT.of(given.getHeaders()));
        if (result.getTransactionStatus() == TransactionStatus.RollbackTransaction) {
            throw new MessageHandlingException(
                    given,
                    "the local transaction was rolled back, so the message is dropped: binding=" + settings.binding()
                            + ", msgId=" + message.getMsgID());
        }
    }

    private void finish(org.springframework.messaging.Message<?> given, CompletableFuture<SendResult> sending) {
        switch (settings.sendMode()) {
            case SYNC -> await(sending);
            case ASYNC -> {
                CompletableFuture<?> unused = sending.whenComplete((result, failure) -> {
                    if (failure != null) {
                        failed(given, failure);
                    }
                });
            }
            case ONEWAY -> {
                // Nobody wants to know.
            }
        }
    }

    private static void await(CompletableFuture<SendResult> sending) {
        try {
            sending.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof MQClientException reason ? reason : e;
        }
    }

    private void failed(org.springframework.messaging.Message<?> given, Throwable failure) {
        MessageHandlingException wrapped = new MessageHandlingException(
                given,
                "a message was not sent: binding=" + settings.binding() + ", topic=" + settings.topic(),
                failure);
        if (errors == null) {
            logger.error(
                    wrapped,
                    () -> "a message was not sent, and there is no error channel: set error-channel-enabled=true");
            return;
        }
        errors.send(new ErrorMessage(wrapped, given));
    }
}
