package io.ternmq.stream.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Message;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.MessageHeaders;
import org.springframework.util.MimeTypeUtils;
import tools.jackson.databind.json.JsonMapper;

class DefaultHeaderMapperTest {

    private final JsonMapper json = JsonMapper.builder().build();
    private final DefaultHeaderMapper mapper = new DefaultHeaderMapper(List.of(), json);

    private Map<String, Object> thereAndBack(Map<String, Object> headers) {
        return mapper.toHeaders(message(mapper.toProperties(new MessageHeaders(headers))));
    }

    private static Message message(Map<String, String> properties) {
        Message message = new Message("topic", "", new byte[0]);
        properties.forEach(message::putUserProperties);
        return message;
    }

    @Test
    void simpleValuesKeepTheirTypes() {
        Map<String, Object> headers = new HashMap<>();
        headers.put("text", "a;b=c");
        headers.put("int", 42);
        headers.put("long", 42L);
        headers.put("double", 4.2);
        headers.put("boolean", true);
        headers.put("decimal", new BigDecimal("4.20"));
        headers.put("uuid", UUID.randomUUID());
        headers.put("instant", Instant.parse("2026-01-31T08:00:00Z"));
        headers.put("duration", Duration.ofMinutes(3));
        headers.put("a;b=c", 7);

        assertThat(thereAndBack(headers)).containsAllEntriesOf(headers);
    }

    @Test
    void bytesComeBackAndObjectsAsMaps() {
        Map<String, Object> back = thereAndBack(Map.of("bytes", new byte[] {1, 2}, "list", List.of("a", 1)));

        assertThat((byte[]) back.get("bytes")).containsExactly(1, 2);
        assertThat(back).containsEntry("list", List.of("a", 1));
    }

    @Test
    void othersReadPlainTexts() {
        assertThat(mapper.toProperties(
                        new MessageHeaders(Map.of("number", 42, "contentType", MimeTypeUtils.TEXT_PLAIN))))
                .containsEntry("number", "42")
                .containsEntry("contentType", "text/plain");
    }

    @Test
    void plumbingIsNotSent() {
        assertThat(mapper.toProperties(new MessageHeaders(Map.of(
                        "scst_partition",
                        1,
                        "ternmq_offset",
                        7L,
                        "deliveryAttempt",
                        1,
                        "spring.cloud.function.definition",
                        "x",
                        "TAGS",
                        "t"))))
                .isEmpty();
    }

    @Test
    void whatCannotBeToldAsTextIsLeftOut() {
        Map<String, String> properties =
                mapper.toProperties(new MessageHeaders(Map.of("self", new Selfish(), "other", "x")));

        assertThat(properties).containsOnlyKeys("other");
    }

    static final class Selfish {
        public Selfish getSelf() {
            return this;
        }
    }

    @Test
    void onlyWantedHeadersAreSent() {
        assertThat(new DefaultHeaderMapper(List.of("order*", "x"), json)
                        .toProperties(new MessageHeaders(Map.of("orderId", "1", "x", "2", "secret", "3"))))
                .containsOnlyKeys("orderId", "x");
    }

    @Test
    void strangeTypesAreReadAsTexts() {
        assertThat(mapper.toHeaders(message(Map.of(
                        "a",
                        "1",
                        "b",
                        "not a number",
                        DefaultHeaderMapper.TYPES,
                        "a=java.lang.Runtime;b=int;;=;c=int"))))
                .containsEntry("a", "1")
                .containsEntry("b", "not a number")
                .doesNotContainKey("c");
    }
}
