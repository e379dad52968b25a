package io.ternmq.protocol.body;

import java.util.Set;

/** Body that lists groups (code 300). */
public record GroupList(Set<String> groupList) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public GroupList {
        groupList = groupList == null ? Set.of() : groupList;
    }
}
