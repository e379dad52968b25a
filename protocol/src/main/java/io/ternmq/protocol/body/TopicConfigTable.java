package io.ternmq.protocol.body;

import java.util.Map;

/** Body of the answer to GET_ALL_TOPIC_CONFIG (code 21). */
public record TopicConfigTable(Map<String, TopicConfig> topicConfigTable, DataVersion dataVersion) {}
