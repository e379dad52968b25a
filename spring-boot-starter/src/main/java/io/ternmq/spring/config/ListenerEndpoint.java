package io.ternmq.spring.config;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageModel;
import io.ternmq.client.StartPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an application says about a listener. What is {@code null} is left to the defaults of the application.
 *
 * @param id who it is, in logs and the registry
 * @param source where it is declared, such as {@code shop.Payment.pay(OrderCreated)}
 * @param topics the topics it wants, at least one
 * @param expression {@code *} for all messages, or tags separated by {@code ||}
 * @param listener gets the messages
 * @param group its group
 * @param messageModel whether one or every member of the group gets a message
 * @param startFrom where the group begins in a queue in which it has not consumed before
 * @param concurrency how many messages it handles at the same time
 * @param maxReconsumeTimes how often a failed message comes back before it becomes a dead letter
 * @param autoStartup whether it starts with the context
 */
public record ListenerEndpoint(
        String id,
        String source,
        List<String> topics,
        String expression,
        MessageListener listener,
        @Nullable String group,
        @Nullable MessageModel messageModel,
        @Nullable StartPosition startFrom,
        @Nullable Integer concurrency,
        @Nullable Integer maxReconsumeTimes,
        @Nullable Boolean autoStartup) {

    public ListenerEndpoint {
        topics = List.copyOf(topics);
    }

    void applyTo(ConsumerConfig.Builder builder) {
        if (messageModel != null) {
            builder.messageModel(messageModel);
        }
        if (startFrom != null) {
            builder.startFrom(startFrom);
        }
        if (concurrency != null) {
            builder.consumeThreads(concurrency);
        }
        if (maxReconsumeTimes != null) {
            builder.maxReconsumeTimes(maxReconsumeTimes);
        }
    }
}
