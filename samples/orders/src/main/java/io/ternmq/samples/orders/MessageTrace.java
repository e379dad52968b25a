package io.ternmq.samples.orders;

import io.ternmq.client.Message;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TraceStep;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The way of an order's messages: who has sent them, who has got them, when, and how that ended. */
@Component
class MessageTrace {

    /** A step of one message. */
    record Step(Instant time, String tag, String what, String group, String result) {

        private static Step of(String tag, TraceStep step) {
            return new Step(step.time(), tag, step.kind().name(), step.group(), step.result());
        }
    }

    private final AdminClient admin;

    MessageTrace(AdminClient admin) {
        this.admin = admin;
    }

    /** The steps of all messages with the order's id as key, the oldest first. */
    List<Step> of(String orderId) {
        return admin.queryByKey("orders", orderId).stream()
                .flatMap(found -> steps(found.message()))
                .sorted(Comparator.comparing(Step::time))
                .toList();
    }

    private Stream<Step> steps(Message message) {
        String id = message.getMsgID();
        return id == null ? Stream.empty() : admin.trace(id).stream().map(step -> Step.of(message.getTag(), step));
    }
}
