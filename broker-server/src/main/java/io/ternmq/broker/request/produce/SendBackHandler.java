package io.ternmq.broker.request.produce;

import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.broker.schedule.Timers;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ProtocolVersion;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.SendBackHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes back a message that a consumer could not process (code 36) and delivers it to its group again after a while, or, after too many
 * tries, puts it to the group's dead letters. Registered as blocking: it reads an old record and may create a topic.
 */
public final class SendBackHandler implements RequestHandler {
    /** Level of the first retry, 10 s. */
    private static final int FIRST_RETRY_LEVEL = 3;

    /** What the message was delayed by before, which says nothing of its retry. */
    private static final Set<String> DELAYS = Set.of(
            PropertyNames.DELAY,
            PropertyNames.TIMER_DELAY_MS,
            PropertyNames.TIMER_DELAY_SEC,
            PropertyNames.TIMER_OUT_MS);

    private final BrokerIdentity identity;
    private final Topics topics;
    private final GroupSettings groups;
    private final Timers timers;
    private final MessageStore store;

    /** Wires the handler. */
    public SendBackHandler(
            BrokerIdentity identity, Topics topics, GroupSettings groups, Timers timers, MessageStore store) {
        this.identity = identity;
        this.topics = topics;
        this.groups = groups;
        this.timers = timers;
        this.store = store;
    }

    @Override
    public void handle(Request request) throws CommandException {
        SendBackHeader header = SendBackHeader.decode(request.fields());
        GroupConfig group = groups.findOrCreate(header.group());
        if (group == null) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
                    "consumer group does not exist: group=" + header.group());
        }
        if (group.retryQueueNums() <= 0) {
            request.succeed();
            return;
        }
        StoredMessage record = read(header.commitLogOffset());
        int most = group.retryMaxTimes();
        if (header.maxReconsumeTimes() != null
                && request.command().version() >= ProtocolVersion.CLIENT_MAX_RECONSUME_TIMES) {
            most = header.maxReconsumeTimes();
        }
        boolean dead = record.reconsumeTimes() >= most || header.delayLevel() < 0;
        TopicConfig topic = dead
                ? topic(ResourceNames.deadLetterTopic(header.group()), 1)
                : topic(ResourceNames.retryTopic(header.group()), group.retryQueueNums());
        Map<String, String> properties = properties(record);
        long deliverAt = 0;
        if (!dead && header.delayMillis() != null) {
            deliverAt = timers.after(Duration.ofMillis(header.delayMillis()));
            properties.put(PropertyNames.TIMER_DELAY_MS, Long.toString(header.delayMillis()));
        } else if (!dead) {
            int level = header.delayLevel() == 0 ? FIRST_RETRY_LEVEL + record.reconsumeTimes() : header.delayLevel();
            deliverAt = timers.afterLevel(level);
            properties.put(PropertyNames.DELAY, Integer.toString(level));
        }
        if (dead) {
            DeadLetters.mark(properties, request.fields().get("reason"));
        }
        timers.append(again(request, record, topic, properties), deliverAt, new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                request.succeed();
            }

            @Override
            public void failed(StoreException reason) {
                request.fail(SendReceipt.code(reason.kind()), String.valueOf(reason.getMessage()));
            }
        });
    }

    private StoredMessage read(long commitLogOffset) throws CommandException {
        Optional<ByteBuffer> record = store.recordAt(commitLogOffset);
        if (record.isEmpty()) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "message is no longer stored: offset=" + commitLogOffset + "; it cannot be delivered again");
        }
        try {
            return StoredMessage.readFrom(record.get().duplicate());
        } catch (MalformedMessageException e) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "message cannot be read: offset=" + commitLogOffset + ", reason=" + e.getMessage());
        }
    }

    private TopicConfig topic(String name, int queues) throws CommandException {
        try {
            TopicConfig topic = topics.create(TopicConfig.of(name, queues));
            if ((topic.perm() & TopicConfig.PERM_WRITE) == 0) {
                throw new CommandException(
                        ResponseCode.NO_PERMISSION,
                        "topic is not writable: topic=" + name + ", perm=" + topic.perm() + "; grant WRITE");
            }
            return topic;
        } catch (IOException e) {
            throw new CommandException(
                    ResponseCode.SERVICE_NOT_AVAILABLE,
                    "topic cannot be created: topic=" + name + ", reason=" + e.getMessage());
        }
    }

    private static Map<String, String> properties(StoredMessage record) {
        Map<String, String> properties = MessageProperties.decode(record.properties());
        properties.putIfAbsent(PropertyNames.RETRY_TOPIC, record.topic());
        properties.putIfAbsent(
                PropertyNames.ORIGIN_MESSAGE_ID,
                new OffsetMessageId(record.storeHost(), record.commitLogOffset()).toString());
        properties.keySet().removeAll(DELAYS);
        return properties;
    }

    private NewMessage again(Request request, StoredMessage record, TopicConfig topic, Map<String, String> properties) {
        return new NewMessage(
                topic.topicName(),
                ThreadLocalRandom.current().nextInt(topic.writeQueueNums()),
                record.flag(),
                record.sysFlag(),
                record.bornTimestamp(),
                record.bornHost(),
                identity.storeHost(request.connection()),
                record.reconsumeTimes() + 1,
                0,
                MessageProperties.encode(properties),
                ByteBuffer.wrap(record.body()));
    }
}
