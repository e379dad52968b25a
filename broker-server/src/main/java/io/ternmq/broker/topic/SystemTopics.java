package io.ternmq.broker.topic;

import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.ResourceNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The topics that exist without anybody creating them, and the rules for their names. Immutable. */
public final class SystemTopics {
    /** How many queues the template gives to a topic that is created by a send. */
    public static final int TEMPLATE_QUEUES = 8;

    /** Number of delay levels, each a queue of its topic. */
    public static final int DELAY_LEVELS = 18;

    private static final int READ_WRITE = TopicConfig.PERM_READ | TopicConfig.PERM_WRITE;
    private static final int TEMPLATE = READ_WRITE | TopicConfig.PERM_INHERIT;
    private static final String SELF_TEST_TOPIC = "SELF_TEST_TOPIC";
    private static final String OFFSET_MOVED_EVENT = "OFFSET_MOVED_EVENT";
    private static final String TRACE_TOPIC = "RMQ_SYS_TRACE_TOPIC";
    private static final String ONS_TRACE_TOPIC = "rmq_sys_TRACE_DATA_DefaultRegion";
    private static final String BENCHMARK_TOPIC = "BenchmarkTest";

    /** Topics that clients may not send to. */
    private static final Set<String> FORBIDDEN = Set.of(
            ResourceNames.SCHEDULE_TOPIC,
            ResourceNames.TIMER_TOPIC,
            ResourceNames.HALF_TOPIC,
            ResourceNames.OP_HALF_TOPIC,
            ResourceNames.CHECK_MAX_TIME_TOPIC,
            SELF_TEST_TOPIC,
            OFFSET_MOVED_EVENT);

    private final Map<String, TopicConfig> definitions;

    /** Lists the topics of a broker; without the template, sending creates no topics; traces need topics of their own. */
    public SystemTopics(String clusterName, String brokerName, boolean withTemplate, boolean withTraces) {
        List<TopicConfig> all = new ArrayList<>();
        if (withTemplate) {
            all.add(topic(ResourceNames.AUTO_CREATE_TOPIC, TEMPLATE_QUEUES, TEMPLATE));
        }
        all.add(topic(ResourceNames.SCHEDULE_TOPIC, DELAY_LEVELS, READ_WRITE));
        all.add(topic(ResourceNames.TIMER_TOPIC, 1, READ_WRITE));
        all.add(topic(ResourceNames.HALF_TOPIC, 1, READ_WRITE));
        all.add(topic(ResourceNames.OP_HALF_TOPIC, 1, READ_WRITE));
        all.add(topic(ResourceNames.CHECK_MAX_TIME_TOPIC, 1, READ_WRITE));
        all.add(topic(SELF_TEST_TOPIC, 1, READ_WRITE));
        all.add(topic(OFFSET_MOVED_EVENT, 1, READ_WRITE));
        all.add(topic(BENCHMARK_TOPIC, 1024, READ_WRITE));
        all.add(topic(clusterName, 16, TEMPLATE));
        all.add(topic(brokerName, 1, TEMPLATE));
        all.add(topic(clusterName + "_REPLY_TOPIC", 1, READ_WRITE));
        if (withTraces) {
            all.add(topic(TRACE_TOPIC, 1, READ_WRITE));
            all.add(topic(ONS_TRACE_TOPIC, 1, READ_WRITE));
        }
        definitions = all.stream()
                .collect(java.util.stream.Collectors.toUnmodifiableMap(
                        TopicConfig::topicName, topic -> topic, (first, second) -> first));
    }

    /** Returns their definitions. */
    public Iterable<TopicConfig> definitions() {
        return definitions.values();
    }

    /** Returns their names. */
    public Set<String> names() {
        return definitions.keySet();
    }

    /** Returns whether a name is the system's, so that users may neither create nor delete it. */
    public boolean contains(String name) {
        return definitions.containsKey(name)
                || name.equals(ResourceNames.AUTO_CREATE_TOPIC)
                || name.toLowerCase(Locale.ROOT).startsWith("rmq_sys_");
    }

    /** Returns whether clients may not send to this topic. */
    public boolean isForbiddenToSend(String name) {
        return FORBIDDEN.contains(name);
    }

    private static TopicConfig topic(String name, int queues, int permission) {
        return new TopicConfig(name, queues, queues, permission, "SINGLE_TAG", 0, false, Map.of());
    }
}
