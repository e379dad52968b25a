package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.header.CreateTopicHeader;
import java.util.Map;

/** Administration of topics that several tests need. */
final class TopicRequests {
    private TopicRequests() {}

    static void create(TestClient client, String topic, int queues, int permission) {
        TopicConfig config = new TopicConfig(topic, queues, queues, permission, "SINGLE_TAG", 0, false, Map.of());
        assertThat(client.call(RequestCode.UPDATE_AND_CREATE_TOPIC, new CreateTopicHeader(config, "TBW102").encode())
                        .code())
                .isZero();
    }
}
