package io.ternmq.spring.listener;

import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MessageSelector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * For the starter's own packages; no part of its API. Everything about a listener, nothing left to defaults.
 *
 * @param id who it is, in logs and the registry
 * @param subscriptions what it wants of which topics, at least one
 * @param target what it calls
 * @param rules when messages come again after which exceptions
 * @param config of its consumer
 * @param autoStartup whether it starts with the context
 * @param phase listeners of a lower phase start before, and stop after, those of a higher one
 */
public record ListenerSpec(
        String id,
        Map<String, MessageSelector> subscriptions,
        ListenerTarget target,
        List<RetryRule> rules,
        ConsumerConfig config,
        boolean autoStartup,
        int phase) {

    public ListenerSpec {
        subscriptions = Collections.unmodifiableMap(new LinkedHashMap<>(subscriptions));
        rules = List.copyOf(rules);
    }
}
