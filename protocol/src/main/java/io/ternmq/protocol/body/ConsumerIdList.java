package io.ternmq.protocol.body;

import java.util.List;

/** Body of the answer to GET_CONSUMER_LIST_BY_GROUP (code 38): client ids. */
public record ConsumerIdList(List<String> consumerIdList) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumerIdList {
        consumerIdList = consumerIdList == null ? List.of() : consumerIdList;
    }
}
