package io.ternmq.stream.inbound;

import io.ternmq.client.ListenerThreads;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.QueueShare;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.support.StartPositions;
import io.ternmq.stream.properties.FailurePolicy;
import io.ternmq.stream.properties.TernMQConsumerProperties;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.util.StringUtils;

/**
 * What an input binding is: its properties as they were when it was bound, with all that follows from them.
 *
 * @param binding what to call it in messages
 * @param topics where its messages come from
 */
public record InboundSettings(
        String binding,
        List<String> topics,
        GroupSettings groupSettings,
        MessageSelector selector,
        int concurrency,
        boolean batch,
        boolean headersMapped,
        boolean nativeDecoding,
        FailurePolicy onFailure,
        @Nullable Duration redeliveryDelay,
        TernMQConsumerProperties extension) {

    /**
     * Reads them.
     *
     * @param group the group; blank for an anonymous one
     * @throws IllegalArgumentException if properties do not go together
     */
    public static InboundSettings of(
            List<String> topics,
            @Nullable String group,
            ExtendedConsumerProperties<TernMQConsumerProperties> properties,
            boolean virtualThreads) {
        TernMQConsumerProperties own = properties.getExtension();
        boolean anonymous = !StringUtils.hasText(group);
        String name = anonymous || group == null ? "anonymous-" + UUID.randomUUID() : group;
        String binding = StringUtils.hasText(properties.getBindingName())
                ? properties.getBindingName()
                : String.join(",", topics);
        if (anonymous && own.getOnFailure() == FailurePolicy.DEAD_LETTER && own.getDeadLetterTopic() == null) {
            throw new IllegalArgumentException("an anonymous group has no dead-letter topic: binding=" + binding
                    + "; set dead-letter-topic, or give the binding a group");
        }
        GroupSettings.Kind kind = kind(binding, properties);
        String start = own.getStartPosition();
        StartPosition position = start != null
                ? StartPositions.parse(start)
                : anonymous ? StartPosition.latest() : StartPosition.earliest();
        String sql = own.getSql();
        return new InboundSettings(
                binding,
                List.copyOf(topics),
                new GroupSettings(
                        name,
                        kind,
                        share(properties),
                        anonymous,
                        own.getMessageModel(),
                        own.getConsumeMode(),
                        position,
                        own.getMaxRedeliveries(),
                        own.getSuspendTime(),
                        own.getBatchSize(),
                        own.getConsumeTimeout(),
                        own.getPullBatchSize(),
                        own.getMaxCachedMessages(),
                        own.getShutdownTimeout(),
                        virtualThreads ? ListenerThreads.VIRTUAL : ListenerThreads.PLATFORM),
                StringUtils.hasText(sql) ? MessageSelector.bySql(sql) : MessageSelector.byTag(own.getTags()),
                properties.getConcurrency(),
                properties.isBatchMode(),
                properties.getHeaderMode() != HeaderMode.none,
                properties.isUseNativeDecoding(),
                own.getOnFailure(),
                own.getRedeliveryDelay(),
                own);
    }

    /** The group, also of an anonymous binding. */
    public String group() {
        return groupSettings.group();
    }

    private static GroupSettings.Kind kind(
            String binding, ExtendedConsumerProperties<TernMQConsumerProperties> properties) {
        TernMQConsumerProperties own = properties.getExtension();
        Boolean wanted = own.getOrdered();
        boolean ordered = wanted == null ? properties.isPartitioned() && !properties.isBatchMode() : wanted;
        if (ordered && properties.isBatchMode()) {
            throw new IllegalArgumentException("a batch is not handled in order: binding=" + binding
                    + ", batch-mode=true, ordered=true; set one of them to false");
        }
        if (ordered && own.getMessageModel() == MessageModel.BROADCASTING) {
            throw new IllegalArgumentException("broadcasting knows no order: binding=" + binding
                    + ", message-model=broadcasting, ordered=true; set one of them otherwise");
        }
        if (ordered) {
            return GroupSettings.Kind.ORDERED;
        }
        return properties.isBatchMode() ? GroupSettings.Kind.BATCH : GroupSettings.Kind.CONCURRENT;
    }

    private static @Nullable QueueShare share(ExtendedConsumerProperties<TernMQConsumerProperties> properties) {
        if (!properties.isPartitioned()) {
            return null;
        }
        List<Integer> several = properties.getInstanceIndexList();
        int count = Math.max(1, properties.getInstanceCount());
        return several == null || several.isEmpty()
                ? QueueShare.of(Math.max(0, properties.getInstanceIndex()), count)
                : new QueueShare(several, count);
    }
}
