package io.ternmq.broker.delivery;

import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageFilter;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.ReadResult;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers a message whose lease has expired once more: puts a copy into the topic of the group's retries, or, after the group's limit of tries, into its dead
 * letters. The first one stays in flight until the copy is committed, so that a crash in between delivers it rather twice than never.
 */
final class PopRevival {
    private static final Logger LOG = LoggerFactory.getLogger(PopRevival.class);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 1_000;

    private final MessageStore store;
    private final Topics topics;
    private final GroupSettings groups;
    private final LongConsumer dueBy;

    /**
     * Creates it.
     *
     * @param dueBy is told when something has to be tried again, epoch milliseconds
     */
    PopRevival(MessageStore store, Topics topics, GroupSettings groups, LongConsumer dueBy) {
        this.store = store;
        this.topics = topics;
        this.groups = groups;
        this.dueBy = dueBy;
    }

    /** Starts it; the queue is told when it has ended. */
    void revive(PopQueue queue, long offset, long now) {
        PopQueueId id = queue.id();
        StoredMessage message;
        try {
            message = read(id, offset);
        } catch (StoreException e) {
            LOG.warn("popped message cannot be read now, trying again: queue={}, offset={}", id, offset, e);
            again(queue, offset, now);
            return;
        }
        if (message == null) {
            queue.revived(offset);
            return;
        }
        store.append(copy(id, message), new AppendCallback() {
            @Override
            public void committed(AppendResult result) {
                queue.revived(offset);
            }

            @Override
            public void failed(StoreException reason) {
                if (reason.kind() == StoreException.Kind.ILLEGAL || reason.kind() == StoreException.Kind.TOO_LARGE) {
                    LOG.error(
                            "message cannot be delivered again: group={}, topic={}, queueId={}, offset={}, reason={}",
                            id.group(),
                            id.topic(),
                            id.queueId(),
                            offset,
                            reason.getMessage());
                    queue.revived(offset);
                } else {
                    again(queue, offset, now);
                }
            }
        });
    }

    private void again(PopQueue queue, long offset, long now) {
        queue.reviveLater(offset, now + PAUSE_AFTER_FAILURE_MILLIS);
        dueBy.accept(now + PAUSE_AFTER_FAILURE_MILLIS);
    }

    /** The message, or {@code null} if it was deleted or is damaged. */
    private @Nullable StoredMessage read(PopQueueId id, long offset) {
        ReadResult found = store.read(id.topic(), id.queueId(), offset, 1, Integer.MAX_VALUE, MessageFilter.ALL);
        if (found.status() != ReadResult.Status.FOUND) {
            return null;
        }
        try {
            StoredMessage message = StoredMessage.readFrom(found.slices().get(0).duplicate());
            return message.queueOffset() == offset ? message : null;
        } catch (MalformedMessageException e) {
            LOG.error("popped message cannot be read and is not delivered again: queue={}, offset={}", id, offset, e);
            return null;
        }
    }

    private NewMessage copy(PopQueueId id, StoredMessage message) {
        GroupConfig group = groups.find(id.group());
        boolean dead = group != null && message.reconsumeTimes() >= group.retryMaxTimes();
        String retryTopic = ResourceNames.isRetryTopic(id.topic())
                ? id.topic()
                : ResourceNames.popRetryTopic(id.group(), id.topic());
        TopicConfig topic =
                topics.ensure(TopicConfig.of(dead ? ResourceNames.deadLetterTopic(id.group()) : retryTopic, 1));
        Map<String, String> properties = MessageProperties.decode(message.properties());
        if (!ResourceNames.isRetryTopic(id.topic())) {
            properties.putIfAbsent(PropertyNames.RETRY_TOPIC, id.topic());
            properties.putIfAbsent(
                    PropertyNames.ORIGIN_MESSAGE_ID,
                    new OffsetMessageId(message.storeHost(), message.commitLogOffset()).toString());
        }
        if (dead) {
            putIfKnown(properties, PropertyNames.RETRY_TOPIC, PropertyNames.DLQ_ORIGIN_TOPIC);
            putIfKnown(properties, PropertyNames.ORIGIN_MESSAGE_ID, PropertyNames.DLQ_ORIGIN_MESSAGE_ID);
        }
        return new NewMessage(
                topic.topicName(),
                0,
                message.flag(),
                message.sysFlag(),
                message.bornTimestamp(),
                message.bornHost(),
                message.storeHost(),
                message.reconsumeTimes() + 1,
                0,
                MessageProperties.encode(properties),
                ByteBuffer.wrap(message.body()));
    }

    private static void putIfKnown(Map<String, String> properties, String from, String to) {
        String value = properties.get(from);
        if (value != null) {
            properties.put(to, value);
        }
    }
}
