package io.ternmq.broker.request.produce;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.group.QueueLocks;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.broker.schedule.Timers;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.topic.Topics;
import io.ternmq.broker.transaction.Transactions;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.header.SendResultHeader;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.RecallHandle;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.SysFlag;
import io.ternmq.protocol.message.UniqueIds;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages from producers (codes 10, 310 and 320): checks them, creates the topic if that is allowed, appends them, and answers when they
 * are committed. Runs on the io thread; creating a topic, which writes to the disk, hops to a request thread.
 */
public final class SendHandler implements RequestHandler {
    private final BrokerIdentity identity;
    private final Topics topics;
    private final GroupSettings groups;
    private final QueueLocks locks;
    private final Timers timers;
    private final MessageStore store;
    private final Transactions transactions;
    private final Producers producers;
    private final int maxMessageBytes;
    private final TopicCreations creations;
    private final UniqueIds ids;
    private final boolean traced;
    private final String brokerProperties;
    /** Header fields that clients read from every answer to a send, errors too. */
    private final Fields errorFields;

    /** Wires the handler; topics are created on the blocking executor. */
    public SendHandler(
            BrokerIdentity identity,
            Topics topics,
            GroupSettings groups,
            QueueLocks locks,
            Timers timers,
            MessageStore store,
            Transactions transactions,
            Producers producers,
            int maxMessageBytes,
            boolean traced,
            Executor blocking,
            UniqueIds ids) {
        this.identity = identity;
        this.topics = topics;
        this.groups = groups;
        this.locks = locks;
        this.timers = timers;
        this.store = store;
        this.transactions = transactions;
        this.producers = producers;
        this.maxMessageBytes = maxMessageBytes;
        this.creations = new TopicCreations(topics, blocking);
        this.ids = ids;
        this.traced = traced;
        this.errorFields = Fields.builder()
                .put(PropertyNames.MSG_REGION, SendResultHeader.DEFAULT_REGION)
                .put(PropertyNames.TRACE_ON, traced)
                .build();
        this.brokerProperties = property(PropertyNames.MSG_REGION, SendResultHeader.DEFAULT_REGION)
                + property(PropertyNames.TRACE_ON, Boolean.toString(traced))
                + property(PropertyNames.CLUSTER, identity.clusterName());
    }

    @Override
    public void handle(Request request) {
        try {
            SendHeader header = request.command().code() == RequestCode.SEND_MESSAGE.number()
                    ? SendHeader.decodeLong(request.fields())
                    : SendHeader.decode(request.fields());
            checkTopicName(header.topic());
            if (creations.isWaiting(header.topic(), () -> later(request, header))) {
                return;
            }
            TopicConfig topic = topics.find(header.topic());
            if (topic == null) {
                createTopic(request, header);
            } else {
                send(request, header, topic, request.body());
            }
        } catch (CommandException e) {
            refuse(request, e);
        }
    }

    private void checkTopicName(String topic) throws CommandException {
        String fault = ResourceNames.findTopicFault(topic);
        if (fault != null) {
            throw new CommandException(ResponseCode.INVALID_PARAMETER, fault);
        }
        if (topics.system().isForbiddenToSend(topic)) {
            throw new CommandException(
                    ResponseCode.NO_PERMISSION,
                    "topic belongs to the broker and clients may not send to it: topic=" + topic
                            + "; use a topic of your own");
        }
    }

    private void createTopic(Request request, SendHeader header) throws CommandException {
        TopicConfig wanted = definition(header);
        creations.start(wanted, later(request, header));
    }

    /** Returns the rest of a send whose topic is being created; keeps the body until then. */
    private Runnable later(Request request, SendHeader header) {
        ByteBuf body = request.body().retain();
        return () -> {
            try {
                TopicConfig topic = topics.find(header.topic());
                if (topic == null) {
                    throw new CommandException(
                            ResponseCode.SERVICE_NOT_AVAILABLE,
                            "topic cannot be created now: topic=" + header.topic() + "; try again later");
                }
                send(request, header, topic, body);
            } catch (CommandException e) {
                refuse(request, e);
            } finally {
                body.release();
            }
        };
    }

    private TopicConfig definition(SendHeader header) throws CommandException {
        String name = header.topic();
        if (ResourceNames.isRetryTopic(name)) {
            return TopicConfig.of(name, 1);
        }
        TopicConfig template = topics.find(header.defaultTopic());
        if (template == null || (template.perm() & TopicConfig.PERM_INHERIT) == 0) {
            throw new CommandException(
                    ResponseCode.TOPIC_NOT_EXIST,
                    "topic does not exist and may not be created by sending to it: topic=" + name + ", template="
                            + header.defaultTopic()
                            + "; create the topic, or start the broker with auto-create-topics=true");
        }
        int queues = Math.max(1, Math.min(header.defaultTopicQueues(), template.writeQueueNums()));
        return new TopicConfig(
                name,
                queues,
                queues,
                template.perm() & ~TopicConfig.PERM_INHERIT,
                template.topicFilterType(),
                0,
                false,
                template.attributes());
    }

    private void send(Request request, SendHeader header, TopicConfig topic, ByteBuf body) throws CommandException {
        if ((topic.perm() & TopicConfig.PERM_WRITE) == 0) {
            throw new CommandException(
                    ResponseCode.NO_PERMISSION,
                    "topic is not writable: topic=" + topic.topicName() + ", perm=" + topic.perm()
                            + "; grant WRITE or send to another topic");
        }
        int queues = Math.max(topic.readQueueNums(), topic.writeQueueNums());
        if (header.queueId() >= queues) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "queue does not exist: topic=" + topic.topicName() + ", queueId=" + header.queueId() + ", queues="
                            + queues);
        }
        int queue = header.queueId() >= 0
                ? header.queueId()
                : ThreadLocalRandom.current().nextInt(topic.writeQueueNums());
        if (header.batch() || request.command().code() == RequestCode.SEND_BATCH_MESSAGE.number()) {
            sendBatch(request, header, queue, body);
        } else {
            sendOne(request, header, queue, body);
        }
    }

    private void sendOne(Request request, SendHeader header, int queue, ByteBuf body) throws CommandException {
        SentProperties properties = SentProperties.of(header.properties());
        checkBody(body.readableBytes());
        if (properties.requester != null) {
            producers.asks(request.connection(), properties.requester);
        }
        String uniqueKey = properties.uniqueKey == null ? ids.next() : properties.uniqueKey;
        NewMessage message = new NewMessage(
                header.topic(),
                queue,
                header.flag(),
                header.sysFlag() & ~SysFlag.TRANSACTION_MASK,
                header.bornTimestamp(),
                request.connection().remoteAddress(),
                identity.storeHost(request.connection()),
                header.reconsumeTimes(),
                0,
                withBrokerProperties(properties, uniqueKey),
                body.nioBuffer());
        if (isHalf(header, properties)) {
            if (properties.timed) {
                // Too late to refuse it when it is committed.
                timers.deliverAt(properties.text);
            }
            append(request, transactions.half(message, header.producerGroup()), 0, queue, uniqueKey, null);
            return;
        }
        if (ResourceNames.isRetryTopic(header.topic())) {
            String group = header.topic().substring(ResourceNames.RETRY_PREFIX.length());
            GroupConfig settings = requireGroup(group);
            int most = header.maxReconsumeTimes() == null ? settings.retryMaxTimes() : header.maxReconsumeTimes();
            if (header.reconsumeTimes() > most || locks.hasLocks(group)) {
                sendToDeadLetters(request, message, group, uniqueKey);
                return;
            }
        }
        long deliverAt = properties.timed ? timers.deliverAt(properties.text) : 0;
        String recallHandle = deliverAt > 0
                ? new RecallHandle(header.topic(), identity.brokerName(), deliverAt, uniqueKey).encode()
                : null;
        append(request, message, deliverAt, queue, uniqueKey, recallHandle);
    }

    /** A consumer has given up on a message; creating the topic of its dead letters may write to the disk. */
    private void sendToDeadLetters(Request request, NewMessage message, String group, String uniqueKey) {
        String topic = ResourceNames.deadLetterTopic(group);
        topics.ensure(TopicConfig.of(topic, 1));
        NewMessage dead = new NewMessage(
                topic,
                0,
                message.flag(),
                message.sysFlag(),
                message.bornTimestamp(),
                message.bornHost(),
                message.storeHost(),
                message.reconsumeTimes(),
                0,
                DeadLetters.marked(message.properties()),
                message.body());
        append(request, dead, 0, 0, uniqueKey, null);
    }

    private void append(
            Request request,
            NewMessage message,
            long deliverAt,
            int queue,
            String uniqueKey,
            @Nullable String recallHandle) {
        timers.append(
                message,
                deliverAt,
                new SendReceipt(
                        request,
                        errorFields,
                        result -> new SendResultHeader(
                                SendReceipt.messageId(message.storeHost(), result.logOffset()),
                                queue,
                                result.queueOffset(),
                                uniqueKey,
                                SendResultHeader.DEFAULT_REGION,
                                traced,
                                recallHandle)));
    }

    private void sendBatch(Request request, SendHeader header, int queue, ByteBuf body) throws CommandException {
        if (ResourceNames.isRetryTopic(header.topic())) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL, "a retry topic takes no batches: topic=" + header.topic());
        }
        checkBody(body.readableBytes());
        List<BatchBody.Received> items;
        try {
            items = BatchBody.decode(body.nioBuffer());
        } catch (MalformedMessageException e) {
            throw new CommandException(ResponseCode.MESSAGE_ILLEGAL, "batch does not parse: reason=" + e.getMessage());
        }
        InetSocketAddress storeHost = identity.storeHost(request.connection());
        List<NewMessage> messages = new ArrayList<>(items.size());
        for (BatchBody.Received item : items) {
            SentProperties properties = SentProperties.of(item.properties());
            checkBody(item.body().remaining());
            if (isHalf(header, properties)) {
                throw new CommandException(
                        ResponseCode.MESSAGE_ILLEGAL,
                        "a batch may not hold transactional messages: topic=" + header.topic() + "; send them singly");
            }
            if (properties.timed && timers.deliverAt(properties.text) > 0) {
                throw new CommandException(
                        ResponseCode.MESSAGE_ILLEGAL,
                        "a batch may not hold messages to be delivered later: topic=" + header.topic()
                                + "; send them singly");
            }
            messages.add(new NewMessage(
                    header.topic(),
                    queue,
                    item.flag(),
                    header.sysFlag() & ~SysFlag.TRANSACTION_MASK,
                    header.bornTimestamp(),
                    request.connection().remoteAddress(),
                    storeHost,
                    header.reconsumeTimes(),
                    0,
                    withUniqueKey(properties),
                    item.body()));
        }
        store.append(
                messages,
                new SendReceipt(
                        request,
                        errorFields,
                        result -> new SendResultHeader(
                                OffsetMessageId.join(storeHost, result.logOffsets()),
                                queue,
                                result.queueOffset(),
                                null,
                                SendResultHeader.DEFAULT_REGION,
                                traced)));
    }

    private void checkBody(int bytes) throws CommandException {
        if (bytes == 0) {
            throw new CommandException(ResponseCode.MESSAGE_ILLEGAL, "message body is empty; send at least one byte");
        }
        if (bytes > maxMessageBytes) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "message body is too large: bytes=" + bytes + ", max-message-size=" + maxMessageBytes
                            + "; send less or raise max-message-size");
        }
    }

    /** Whether a message waits for the outcome of a transaction. One that is delivered again has ended its own before. */
    private static boolean isHalf(SendHeader header, SentProperties properties) {
        boolean marked = properties.transactional
                || (header.sysFlag() & SysFlag.TRANSACTION_MASK) == SysFlag.TRANSACTION_PREPARED;
        return marked && !ResourceNames.isRetryTopic(header.topic());
    }

    private GroupConfig requireGroup(String group) throws CommandException {
        GroupConfig settings = groups.findOrCreate(group);
        if (settings == null) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "consumer group does not exist: group=" + group);
        }
        return settings;
    }

    /** A message of a batch gets nothing but an id: what the broker adds to others would be most of a small message. */
    private String withUniqueKey(SentProperties sent) {
        return sent.uniqueKey == null
                ? closed(sent.text)
                        .append(property(PropertyNames.UNIQ_KEY, ids.next()))
                        .toString()
                : sent.text;
    }

    private static StringBuilder closed(String properties) {
        StringBuilder text = new StringBuilder(properties.length() + 160).append(properties);
        return properties.isEmpty() || properties.charAt(properties.length() - 1) == MessageProperties.VALUE_END
                ? text
                : text.append(MessageProperties.VALUE_END);
    }

    private String withBrokerProperties(SentProperties sent, String uniqueKey) {
        StringBuilder text = closed(sent.text);
        if (sent.uniqueKey == null) {
            text.append(property(PropertyNames.UNIQ_KEY, uniqueKey));
        }
        if (!sent.region && !sent.trace && !sent.cluster) {
            return text.append(brokerProperties).toString();
        }
        text.append(sent.region ? "" : property(PropertyNames.MSG_REGION, SendResultHeader.DEFAULT_REGION));
        text.append(sent.trace ? "" : property(PropertyNames.TRACE_ON, Boolean.toString(traced)));
        return text.append(sent.cluster ? "" : property(PropertyNames.CLUSTER, identity.clusterName()))
                .toString();
    }

    private static String property(String name, String value) {
        return name + MessageProperties.NAME_END + value + MessageProperties.VALUE_END;
    }

    private void refuse(Request request, CommandException refusal) {
        request.answer(refusal.code(), refusal.remark(), errorFields, Unpooled.EMPTY_BUFFER);
    }
}
