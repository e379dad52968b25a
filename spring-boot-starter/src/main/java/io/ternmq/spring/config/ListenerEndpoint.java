package io.ternmq.spring.config;

import io.ternmq.client.AssignmentListener;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageOrderListener;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.ListenerTarget;
import io.ternmq.spring.listener.ResultRules;
import io.ternmq.spring.listener.RetryRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an application says about a listener: by annotation, or by hand to register it at run time.
 *
 * <pre>{@code
 * registry.register(ListenerEndpoint.builder("audit")
 *         .group("audit")
 *         .topic("orders", MessageSelector.byTag("create"))
 *         .listener((message, context) -> Action.CommitMessage)
 *         .build());
 * }</pre>
 *
 * @param id who it is, in logs and the registry
 * @param source where it is declared, such as {@code shop.Payment.pay(OrderCreated)}
 * @param group its group; {@code null} for the application's default
 * @param subscriptions what it wants of which topics, at least one
 * @param target what it calls
 * @param settings of its consumer
 * @param autoStartup whether it starts with the context; {@code null} for the application's default
 * @param phase listeners of a lower phase start before, and stop after, those of a higher one
 */
public record ListenerEndpoint(
        String id,
        String source,
        @Nullable String group,
        Map<String, MessageSelector> subscriptions,
        ListenerTarget target,
        ListenerSettings settings,
        @Nullable Boolean autoStartup,
        int phase) {

    public ListenerEndpoint {
        subscriptions = Collections.unmodifiableMap(new LinkedHashMap<>(subscriptions));
    }

    /** Begins an endpoint; it needs a topic and a listener, and a group unless the application has a default one. */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    /** Collects what makes an endpoint; anything not set is left to the defaults. */
    public static final class Builder {

        private final String id;
        private final Map<String, MessageSelector> subscriptions = new LinkedHashMap<>();
        private final List<RetryRule> retryRules = new ArrayList<>();
        private String source;
        private @Nullable String group;
        private @Nullable ListenerTarget target;
        private @Nullable MessageModel messageModel;
        private @Nullable ConsumeMode consumeMode;
        private @Nullable StartPosition startFrom;
        private @Nullable Integer concurrency;
        private @Nullable Integer batchSize;
        private @Nullable Integer maxReconsumeTimes;
        private @Nullable ListenerErrorHandler errorHandler;
        private ResultRules results = ResultRules.DEFAULT;
        private @Nullable AssignmentListener assignmentListener;
        private @Nullable Boolean autoStartup;
        private int phase;

        private Builder(String id) {
            this.id = id;
            this.source = "listener " + id;
        }

        /** Where it is declared, for messages about errors. */
        public Builder source(String source) {
            this.source = source;
            return this;
        }

        public Builder group(@Nullable String group) {
            this.group = group;
            return this;
        }

        /** Subscribes to all messages of a topic. */
        public Builder topic(String topic) {
            return topic(topic, MessageSelector.byTag("*"));
        }

        /** Subscribes to some messages of a topic; may be called for several topics. */
        public Builder topic(String topic, MessageSelector selector) {
            subscriptions.put(topic, selector);
            return this;
        }

        /** Calls a listener for each message, by several threads at once. */
        public Builder listener(MessageListener listener) {
            return target(ListenerTarget.of(listener));
        }

        /** Calls a listener for each message, those of a queue in their order. */
        public Builder orderListener(MessageOrderListener listener) {
            return target(ListenerTarget.inOrder(listener));
        }

        /** Calls a listener for several messages at once. */
        public Builder batchListener(BatchMessageListener listener) {
            return target(ListenerTarget.ofBatches(listener));
        }

        public Builder target(ListenerTarget target) {
            this.target = target;
            return this;
        }

        public Builder messageModel(@Nullable MessageModel messageModel) {
            this.messageModel = messageModel;
            return this;
        }

        public Builder consumeMode(@Nullable ConsumeMode consumeMode) {
            this.consumeMode = consumeMode;
            return this;
        }

        public Builder startFrom(@Nullable StartPosition startFrom) {
            this.startFrom = startFrom;
            return this;
        }

        public Builder concurrency(@Nullable Integer concurrency) {
            this.concurrency = concurrency;
            return this;
        }

        public Builder batchSize(@Nullable Integer batchSize) {
            this.batchSize = batchSize;
            return this;
        }

        public Builder maxReconsumeTimes(@Nullable Integer maxReconsumeTimes) {
            this.maxReconsumeTimes = maxReconsumeTimes;
            return this;
        }

        /** Says when messages come again after an exception: after the first failure, the second, and so on. */
        public Builder retry(Class<? extends Throwable> on, Duration... delays) {
            return retry(new RetryRule(List.of(on), List.of(delays), null));
        }

        public Builder retry(RetryRule rule) {
            retryRules.add(rule);
            return this;
        }

        public Builder errorHandler(@Nullable ListenerErrorHandler errorHandler) {
            this.errorHandler = errorHandler;
            return this;
        }

        public Builder results(ResultRules results) {
            this.results = results;
            return this;
        }

        /** Tells which queues the listener has; not of one whose messages are popped. */
        public Builder assignmentListener(@Nullable AssignmentListener assignmentListener) {
            this.assignmentListener = assignmentListener;
            return this;
        }

        public Builder autoStartup(@Nullable Boolean autoStartup) {
            this.autoStartup = autoStartup;
            return this;
        }

        public Builder phase(int phase) {
            this.phase = phase;
            return this;
        }

        /**
         * Makes the endpoint.
         *
         * @throws IllegalStateException if it has no topic or no listener
         */
        public ListenerEndpoint build() {
            ListenerTarget called = target;
            if (called == null || subscriptions.isEmpty()) {
                throw new IllegalStateException(
                        "an endpoint needs a topic and a listener: id=" + id + ", topics=" + subscriptions.keySet()
                                + ", listener=" + (called != null) + "; call topic(..) and listener(..)");
            }
            return new ListenerEndpoint(
                    id,
                    source,
                    group,
                    subscriptions,
                    called,
                    new ListenerSettings(
                            messageModel,
                            consumeMode,
                            startFrom,
                            concurrency,
                            batchSize,
                            maxReconsumeTimes,
                            retryRules,
                            errorHandler,
                            results,
                            assignmentListener),
                    autoStartup,
                    phase);
        }
    }
}
