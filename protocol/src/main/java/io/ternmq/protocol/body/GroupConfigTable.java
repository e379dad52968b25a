package io.ternmq.protocol.body;

import java.util.Map;

/** Body of the answer to GET_ALL_SUBSCRIPTIONGROUP_CONFIG (code 201). */
public record GroupConfigTable(
        Map<String, GroupConfig> subscriptionGroupTable,
        Map<String, Map<String, Integer>> forbiddenTable,
        DataVersion dataVersion) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public GroupConfigTable {
        forbiddenTable = forbiddenTable == null ? Map.of() : forbiddenTable;
    }
}
