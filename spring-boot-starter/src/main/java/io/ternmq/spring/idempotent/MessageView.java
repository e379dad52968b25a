package io.ternmq.spring.idempotent;

import io.ternmq.client.Message;
import io.ternmq.spring.support.MessageMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.support.MessageBuilder;

/** A message as the expressions of {@link Idempotent#key()} see it. */
public final class MessageView {

    private final Message message;
    private final MessageMapper mapper;

    MessageView(Message message, MessageMapper mapper) {
        this.message = message;
        this.mapper = mapper;
    }

    /** Its id. */
    public @Nullable String getId() {
        return message.getMsgID();
    }

    /** Its business key, empty if it has none. */
    public String getKey() {
        return message.getKey();
    }

    public String getTopic() {
        return message.getTopic();
    }

    public String getTag() {
        return message.getTag();
    }

    /** Its user properties. */
    public Map<String, String> getHeaders() {
        Map<String, String> headers = new TreeMap<>();
        if (message.hasUserProperties()) {
            message.getUserProperties()
                    .stringPropertyNames()
                    .forEach(name ->
                            headers.put(name, message.getUserProperties().getProperty(name)));
        }
        return headers;
    }

    /** Its body as text. */
    public String getText() {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    /** Its body, a JSON object (or whatever the application's converters make a map of). */
    public @Nullable Object getJson() {
        return mapper.converter()
                .fromMessage(MessageBuilder.withPayload(message.getBody()).build(), Map.class);
    }
}
