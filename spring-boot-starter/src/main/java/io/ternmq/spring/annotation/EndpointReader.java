package io.ternmq.spring.annotation;

import io.ternmq.client.AssignmentListener;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.ListenerKind;
import io.ternmq.spring.listener.MethodListenerFactory;
import io.ternmq.spring.listener.ResultRules;
import io.ternmq.spring.listener.RetryRule;
import io.ternmq.spring.support.Destination;
import io.ternmq.spring.support.StartPositions;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;

/** Reads the annotations of listeners: attributes as they are written become endpoints. */
final class EndpointReader {

    private static final String DEAD_LETTERS = "%DLQ%";

    private final BeanFactory beanFactory;
    private final AttributeResolver attributes;
    private final Declaration declaration;
    private final ListenerTargets targets;

    EndpointReader(BeanFactory beanFactory, AttributeResolver attributes, Declaration declaration) {
        this.beanFactory = beanFactory;
        this.attributes = attributes;
        this.declaration = declaration;
        this.targets = new ListenerTargets(beanFactory.getBean(MethodListenerFactory.class));
    }

    ListenerEndpoint read(DeadLetterHandler handler) {
        String group = attributes.text("group", handler.group());
        if (group == null) {
            throw illegal("it does not say whose dead letters it wants", "name the group, group = \"...\"");
        }
        String consumerGroup = attributes.text("consumerGroup", handler.consumerGroup());
        Method method = Objects.requireNonNull(declaration.method(), "only methods carry it");
        ListenerEndpoint.Builder endpoint = begin(handler.id());
        for (Retry retry : handler.retry()) {
            endpoint.retry(rule(retry));
        }
        return endpoint.group(consumerGroup == null ? group + "-dead-letters" : consumerGroup)
                .topic(DEAD_LETTERS + group)
                .target(targets.ofMethod(declaration.bean(), method, ListenerKind.CONCURRENT))
                .startFrom(StartPosition.earliest())
                .concurrency(attributes.number("concurrency", handler.concurrency()))
                .maxReconsumeTimes(attributes.number("maxReconsumeTimes", handler.maxReconsumeTimes()))
                .errorHandler(bean("errorHandler", handler.errorHandler(), ListenerErrorHandler.class))
                .autoStartup(attributes.flag("autoStartup", handler.autoStartup()))
                .phase(phase(handler.phase()))
                .build();
    }

    ListenerEndpoint read(MessageListener listener) {
        ListenerEndpoint.Builder endpoint = begin(listener.id());
        ListenerKind kind = kind(listener);
        Method method = declaration.method();
        String handlersTags = null;
        if (method == null) {
            ListenerTargets.OfClass ofClass = targets.ofClass(declaration, kind, attributes);
            endpoint.target(ofClass.target());
            handlersTags = ofClass.tags();
        } else {
            endpoint.target(targets.ofMethod(declaration.bean(), method, kind));
        }
        subscribe(endpoint, listener, handlersTags);
        for (Retry retry : listener.retry()) {
            endpoint.retry(rule(retry));
        }
        ConsumeMode consumeMode = attributes.read(
                "consumeMode",
                listener.consumeMode(),
                "pull or pop",
                text -> ConsumeMode.valueOf(text.toUpperCase(Locale.ROOT)));
        return endpoint.group(attributes.text("group", listener.group()))
                .messageModel(attributes.read(
                        "messageModel",
                        listener.messageModel(),
                        "clustering or broadcasting",
                        text -> MessageModel.valueOf(text.toUpperCase(Locale.ROOT))))
                .consumeMode(consumeMode)
                .startFrom(attributes.read(
                        "consumeFrom",
                        listener.consumeFrom(),
                        "latest, earliest or a point in time such as 2026-01-31T08:00:00Z",
                        StartPositions::parse))
                .batchSize(attributes.number("batchSize", listener.batchSize()))
                .concurrency(attributes.number("concurrency", listener.concurrency()))
                .maxReconsumeTimes(attributes.number("maxReconsumeTimes", listener.maxReconsumeTimes()))
                .errorHandler(bean("errorHandler", listener.errorHandler(), ListenerErrorHandler.class))
                .results(results(listener))
                .assignmentListener(toldOfQueues(consumeMode))
                .autoStartup(attributes.flag("autoStartup", listener.autoStartup()))
                .phase(phase(listener.phase()))
                .build();
    }

    /** The bean, if it wants to be told. Of its methods those that are popped have nothing to tell, but others may. */
    private @Nullable AssignmentListener toldOfQueues(@Nullable ConsumeMode consumeMode) {
        boolean isMethod = declaration.method() != null;
        return declaration.bean() instanceof AssignmentListener bean && !(isMethod && consumeMode == ConsumeMode.POP)
                ? bean
                : null;
    }

    private ListenerEndpoint.Builder begin(String id) {
        String given = attributes.text("id", id);
        return ListenerEndpoint.builder(given == null ? declaration.defaultId() : given)
                .source(declaration.source());
    }

    private int phase(String text) {
        Integer phase = attributes.number("phase", text);
        return phase == null ? 0 : phase;
    }

    private ListenerKind kind(MessageListener listener) {
        boolean ordered = Boolean.TRUE.equals(attributes.flag("ordered", listener.ordered()));
        boolean batch = attributes.text("batchSize", listener.batchSize()) != null;
        if (ordered && batch) {
            throw illegal("it cannot receive in order and in batches", "leave out ordered or batchSize");
        }
        if (ordered) {
            return ListenerKind.ORDERED;
        }
        return batch ? ListenerKind.BATCH : ListenerKind.CONCURRENT;
    }

    private void subscribe(ListenerEndpoint.Builder endpoint, MessageListener listener, @Nullable String handlersTags) {
        List<String> topics = attributes.texts("topics", listener.topics());
        if (topics.isEmpty()) {
            throw illegal("it has no topic", "give it one, @MessageListener(topics = \"...\")");
        }
        String tags = attributes.text("tags", listener.tags());
        String condition = attributes.text("selector", listener.selector());
        if (tags != null && condition != null) {
            throw illegal("it has tags and a selector", "write the tags into the selector: TAGS = 'create' AND ...");
        }
        MessageSelector common = condition == null
                ? MessageSelector.byTag(tags == null ? handlersTags : tags)
                : MessageSelector.bySql(condition);
        Set<String> seen = new HashSet<>();
        for (String topic : topics) {
            Destination destination = checked(() -> Destination.parse(topic));
            if (!seen.add(destination.topic())) {
                throw illegal(
                        "it names a topic twice: topic=" + destination.topic(),
                        "name it once, with all its tags: " + destination.topic() + ":create||pay");
            }
            endpoint.topic(
                    destination.topic(),
                    destination.tag().isEmpty() ? common : MessageSelector.byTag(destination.tag()));
        }
    }

    private ResultRules results(MessageListener listener) {
        return new ResultRules(
                !Boolean.FALSE.equals(attributes.flag("splitResult", listener.splitResult())),
                Boolean.TRUE.equals(attributes.flag("returnExceptions", listener.returnExceptions())));
    }

    private RetryRule rule(Retry retry) {
        List<Duration> delays = new ArrayList<>();
        for (String text : attributes.texts("retry.delays", retry.delays())) {
            Duration delay = attributes.duration("retry.delays", text);
            if (delay == null || delay.isNegative()) {
                throw illegal("its retry has an illegal delay: delays=" + text, "give durations that are not negative");
            }
            delays.add(delay);
        }
        Integer times = attributes.number("retry.times", retry.times());
        if (times != null && times < 0) {
            throw illegal("its retry has an illegal number: times=" + times, "give 0 or more");
        }
        return new RetryRule(List.of(retry.on()), delays, times);
    }

    /** The bean that an attribute names, or {@code null} if it is empty. */
    <T> @Nullable T bean(String attribute, String value, Class<T> type) {
        String name = attributes.text(attribute, value);
        if (name == null) {
            return null;
        }
        try {
            return beanFactory.getBean(name, type);
        } catch (BeansException e) {
            throw new IllegalListenerException(
                    attributes.source(),
                    "its attribute names no usable bean: " + attribute + "=" + name + " (" + e.getMessage() + ")",
                    "name a bean of type " + type.getName() + ", one of " + names(type),
                    e);
        }
    }

    private List<String> names(Class<?> type) {
        return beanFactory instanceof ListableBeanFactory beans
                ? Arrays.stream(beans.getBeanNamesForType(type)).sorted().toList()
                : List.of();
    }

    private <T> T checked(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException | MQClientException e) {
            throw new IllegalListenerException(
                    attributes.source(), String.valueOf(e.getMessage()), "change the annotation's attribute", e);
        }
    }

    private IllegalListenerException illegal(String reason, String remedy) {
        return new IllegalListenerException(attributes.source(), reason, remedy, null);
    }
}
