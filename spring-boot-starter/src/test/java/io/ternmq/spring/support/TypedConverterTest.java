package io.ternmq.spring.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.support.MessageBuilder;
import tools.jackson.databind.json.JsonMapper;

class TypedConverterTest {

    private static final AtomicBoolean LOADED = new AtomicBoolean();

    interface Event {}

    record Created(String id) implements Event {}

    record Paid(String id) implements Event {}

    /** Tells when it is initialized, which no sender may bring about. */
    static final class Gadget implements Event {
        static {
            LOADED.set(true);
        }
    }

    private final TypedConverter byId =
            new TypedConverter(json(), new PayloadTypes("payloadType", Map.of("created", Created.class), List.of()));
    private final TypedConverter byPackage =
            new TypedConverter(json(), new PayloadTypes("payloadType", Map.of(), List.of("io.ternmq.spring.support")));

    private static JacksonJsonMessageConverter json() {
        JacksonJsonMessageConverter json = new JacksonJsonMessageConverter(JsonMapper.shared());
        json.setContentTypeResolver(headers -> null);
        return json;
    }

    @Test
    void sendsTheIdOfTypeAndReadsItAsThatType() {
        Message<?> message = byId.toMessage(new Created("A1"), new MessageHeaders(Map.of()));

        assertThat(message.getHeaders()).containsEntry("payloadType", "created");
        assertThat(byId.fromMessage(message, Event.class)).isEqualTo(new Created("A1"));
        assertThat(byId.fromMessage(message, Object.class)).isEqualTo(new Created("A1"));
    }

    @Test
    void saysNothingOfTypesWithoutIdThatAreNotTrusted() {
        assertThat(byId.toMessage(new Paid("A1"), new MessageHeaders(Map.of())).getHeaders())
                .doesNotContainKey("payloadType");
    }

    @Test
    void sendsAndReadsClassesOfTrustedPackages() {
        Message<?> message = byPackage.toMessage(new Paid("A1"), new MessageHeaders(Map.of()));

        assertThat(message.getHeaders()).containsEntry("payloadType", Paid.class.getName());
        assertThat(byPackage.fromMessage(message, Event.class)).isEqualTo(new Paid("A1"));
    }

    @Test
    void readsWhatTheParameterWantsWhateverTheHeaderSays() {
        assertThat(byId.fromMessage(received("created"), Paid.class)).isEqualTo(new Paid("A1"));
        assertThat(byId.fromMessage(received(Paid.class.getName()), Created.class))
                .isEqualTo(new Created("A1"));
        assertThat(byPackage.fromMessage(received("io.ternmq.spring.support.Nothing"), Created.class))
                .isEqualTo(new Created("A1"));
        assertThat(byPackage.fromMessage(received("java.lang.ProcessBuilder"), Created.class))
                .isEqualTo(new Created("A1"));
    }

    @Test
    void loadsNoClassThatIsNotTrusted() {
        String gadget = TypedConverterTest.class.getName() + "$Gadget";

        Object read = byId.fromMessage(received(gadget), Object.class);

        assertThat(read).isInstanceOf(byte[].class);
        assertThat(LOADED).isFalse();
    }

    private static Message<byte[]> received(String type) {
        return MessageBuilder.withPayload("{\"id\":\"A1\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .setHeader("payloadType", type)
                .build();
    }
}
