package io.ternmq.interop;

import static org.awaitility.Awaitility.await;

import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineProducer;
import java.time.Duration;

/** Makes topics for tests. */
final class Topics {
    private Topics() {}

    /** Creates a topic that the name server already knows when this returns, so that no client meets it half made. */
    static String create(InteropLab lab, BrokerTarget broker, int queues) {
        String topic = lab.name("topic");
        GenuineProducer tool = lab.tool(broker);
        tool.createTopic(topic, queues);
        await("route of " + topic)
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> tool.writeQueues(topic) == queues);
        return topic;
    }
}
