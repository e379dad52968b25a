package io.ternmq.protocol.body;

import java.util.List;

/** Body of UPDATE_AND_CREATE_TOPIC_LIST (code 18). */
public record TopicConfigList(List<TopicConfig> topicConfigList) {}
