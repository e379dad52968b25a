package io.ternmq.protocol.body;

import java.util.Map;

/** Body of the answer to GET_ALL_SUBSCRIPTIONGROUP_CONFIG (code 201). */
public record GroupConfigTable(
        Map<String, GroupConfig> subscriptionGroupTable,
        Map<String, Map<String, Integer>> forbiddenTable,
        DataVersion dataVersion) {}
