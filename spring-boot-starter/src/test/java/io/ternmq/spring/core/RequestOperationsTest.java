package io.ternmq.spring.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Message;
import io.ternmq.spring.support.MessageMapper;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.support.MessageBuilder;
import tools.jackson.databind.json.JsonMapper;

class RequestOperationsTest {

    @Test
    void takesRepliesWithPropertiesThatAreNamedLikeTheHeadersThatNobodyMaySet() {
        Message reply = new Message("replies", "", "yes".getBytes(UTF_8));
        reply.putUserProperties("id", "7");
        reply.putUserProperties("timestamp", "yesterday");
        reply.putUserProperties("trace", "t1");
        RequestOperations requests = new RequestOperations(
                (destination, request) -> reply,
                MessageMapper.json(JsonMapper.builder().build()),
                "questions");

        var received = requests.sendAndReceive(MessageBuilder.withPayload("?").build());

        assertThat(received).isNotNull();
        assertThat(received.getPayload()).isEqualTo("yes".getBytes(UTF_8));
        assertThat(received.getHeaders())
                .containsEntry("trace", "t1")
                .doesNotContainEntry("id", "7")
                .doesNotContainEntry("timestamp", "yesterday");
    }
}
