package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Body that lists topics (codes 206, 224, 304, 305, 343). */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TopicList(Set<String> topicList, @Nullable String brokerAddr) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public TopicList {
        topicList = topicList == null ? Set.of() : topicList;
    }
}
