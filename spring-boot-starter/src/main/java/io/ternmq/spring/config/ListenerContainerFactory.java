package io.ternmq.spring.config;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerContainer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes containers: the application's defaults, overridden by what the endpoint says. Immutable. */
public final class ListenerContainerFactory {

    private final ConsumerFactory consumers;
    private final Function<String, ConsumerConfig.Builder> defaults;
    private final @Nullable String defaultGroup;
    private final boolean autoStartup;

    /**
     * Makes a factory.
     *
     * @param consumers makes the consumers
     * @param defaults makes a configuration with the application's defaults for a group
     * @param defaultGroup the group of a listener that names none, or {@code null} to insist on one
     * @param autoStartup whether listeners start with the context unless they say otherwise
     */
    public ListenerContainerFactory(
            ConsumerFactory consumers,
            Function<String, ConsumerConfig.Builder> defaults,
            @Nullable String defaultGroup,
            boolean autoStartup) {
        this.consumers = consumers;
        this.defaults = defaults;
        this.defaultGroup = defaultGroup;
        this.autoStartup = autoStartup;
    }

    /**
     * Makes a container that is not running.
     *
     * @throws IllegalListenerException if the endpoint has no group or a setting that cannot be used
     */
    public ListenerContainer create(ListenerEndpoint endpoint) {
        String group = endpoint.group() == null ? defaultGroup : endpoint.group();
        if (group == null) {
            throw new IllegalListenerException(
                    endpoint.source(),
                    "it has no group",
                    "give it one, @MessageListener(group = \"...\"), or set ternmq.consumer.group if it is the only one",
                    null);
        }
        Boolean autoStartup = endpoint.autoStartup();
        return new ListenerContainer(
                endpoint.id(),
                autoStartup == null ? this.autoStartup : autoStartup,
                endpoint.topics(),
                endpoint.expression(),
                config(endpoint, group),
                consumers,
                endpoint.listener());
    }

    private ConsumerConfig config(ListenerEndpoint endpoint, String group) {
        try {
            ConsumerConfig.Builder builder = defaults.apply(group);
            endpoint.applyTo(builder);
            return builder.build();
        } catch (MQClientException e) {
            throw new IllegalListenerException(
                    endpoint.source(), String.valueOf(e.getMessage()), "change the annotation's attribute", e);
        }
    }
}
