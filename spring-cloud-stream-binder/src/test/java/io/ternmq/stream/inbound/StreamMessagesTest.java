package io.ternmq.stream.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Message;
import io.ternmq.stream.headers.DefaultHeaderMapper;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.messaging.MessageHeaders;
import tools.jackson.databind.json.JsonMapper;

class StreamMessagesTest {

    private final StreamMessages messages = new StreamMessages(
            "group", new DefaultHeaderMapper(List.of(), JsonMapper.builder().build()), false);

    private static Message message(String body, String contentType) {
        Message message = new Message("topic", "", body.getBytes());
        message.putUserProperties("contentType", contentType);
        return message;
    }

    @Test
    void emptyBodyIsTold() {
        assertThat(messages.one(message("", "text/plain"), new AtomicInteger()).getHeaders())
                .containsEntry("ternmq_emptyPayload", true);
        assertThat(messages.one(message("x", "text/plain"), new AtomicInteger()).getHeaders())
                .doesNotContainKey("ternmq_emptyPayload");
    }

    @Test
    void batchHasContentTypeIfAllHaveTheSame() {
        assertThat(messages.batch(List.of(message("a", "text/a"), message("b", "text/a")), new AtomicInteger())
                        .getHeaders())
                .containsEntry(MessageHeaders.CONTENT_TYPE, "text/a");
        var mixed = messages.batch(List.of(message("a", "text/a"), message("b", "text/b")), new AtomicInteger());
        assertThat(mixed.getHeaders()).doesNotContainKey(MessageHeaders.CONTENT_TYPE);
        assertThat((List<?>) mixed.getHeaders().get(BinderHeaders.BATCH_HEADERS, List.class))
                .extracting(headers -> ((Map<?, ?>) headers).get(MessageHeaders.CONTENT_TYPE))
                .isEqualTo(List.of("text/a", "text/b"));
    }

    @Test
    void headersCanBeLeftOut() {
        assertThat(new StreamMessages("group", null, false)
                        .one(message("x", "text/plain"), new AtomicInteger())
                        .getHeaders())
                .doesNotContainKey(MessageHeaders.CONTENT_TYPE)
                .containsEntry("ternmq_group", "group");
    }
}
