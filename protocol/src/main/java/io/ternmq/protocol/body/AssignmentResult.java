package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answer to QUERY_ASSIGNMENT (code 400). */
public record AssignmentResult(List<Assignment> messageQueueAssignments) {

    /**
     * One queue of the client's.
     *
     * @param messageQueue with queue id -1: all queues of that broker
     * @param mode PULL or POP
     * @param attachments not used
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Assignment(
            MessageQueue messageQueue,
            String mode,
            @Nullable Map<String, String> attachments) {}
}
