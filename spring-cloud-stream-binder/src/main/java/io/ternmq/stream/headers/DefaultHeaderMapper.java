package io.ternmq.stream.headers;

import io.ternmq.client.Message;
import io.ternmq.spring.support.TernMQHeaders;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.integration.IntegrationMessageHeaderAccessor;
import org.springframework.messaging.MessageHeaders;
import org.springframework.util.MimeType;
import org.springframework.util.PatternMatchUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * A header becomes a user property of the same name, as text that anybody can read. The types of those that are not text are told in one more property, {@value
 * #TYPES}, so that a number is a number again on the other side; senders that do not know it send texts.
 */
public final class DefaultHeaderMapper implements TernMQHeaderMapper {

    /** The property that tells the types of others: {@code name=type;name=type}, names encoded as in a URL. */
    public static final String TYPES = "header-types";

    private static final Logger LOG = LoggerFactory.getLogger(DefaultHeaderMapper.class);
    private static final int MOST_COMPLAINTS = 100;

    /** Headers that describe a delivery, or Spring's own plumbing; they mean nothing elsewhere. */
    private static final Set<String> NOT_SENT = Set.of(
            MessageHeaders.ID,
            MessageHeaders.TIMESTAMP,
            MessageHeaders.REPLY_CHANNEL,
            MessageHeaders.ERROR_CHANNEL,
            "nativeHeaders",
            "target-protocol",
            IntegrationMessageHeaderAccessor.DELIVERY_ATTEMPT,
            IntegrationMessageHeaderAccessor.SOURCE_DATA,
            IntegrationMessageHeaderAccessor.CLOSEABLE_RESOURCE,
            IntegrationMessageHeaderAccessor.ACKNOWLEDGMENT_CALLBACK,
            IntegrationMessageHeaderAccessor.REACTOR_CONTEXT,
            IntegrationMessageHeaderAccessor.ROUTING_SLIP,
            BinderHeaders.PARTITION_HEADER,
            BinderHeaders.PARTITION_OVERRIDE,
            TYPES);

    /** What the names of such headers begin with. */
    private static final List<String> PREFIXES_NOT_SENT =
            List.of(TernMQHeaders.PREFIX, "scst_", "spring.cloud.stream.", "spring.cloud.function.");

    private static final Set<String> SPECIAL = SpecialHeader.names();

    private final String[] wanted;
    private final JsonMapper json;
    private final Set<String> complained = ConcurrentHashMap.newKeySet();

    /**
     * Makes the mapper.
     *
     * @param wanted names of the headers that are sent, {@code *} stands for any characters; empty for all
     * @param json writes and reads headers that are no simple values
     */
    public DefaultHeaderMapper(List<String> wanted, JsonMapper json) {
        this.wanted = wanted.toArray(String[]::new);
        this.json = json;
    }

    @Override
    public Map<String, String> toProperties(MessageHeaders headers) {
        Map<String, String> properties = new LinkedHashMap<>();
        List<String> types = new ArrayList<>();
        headers.forEach((name, value) -> {
            if (isSent(name)) {
                put(properties, types, name, value);
            }
        });
        if (!types.isEmpty()) {
            properties.put(TYPES, String.join(";", types));
        }
        return properties;
    }

    private boolean isSent(String name) {
        return !NOT_SENT.contains(name)
                && !SPECIAL.contains(name)
                && PREFIXES_NOT_SENT.stream().noneMatch(name::startsWith)
                && (wanted.length == 0 || PatternMatchUtils.simpleMatch(wanted, name));
    }

    private void put(Map<String, String> properties, List<String> types, String name, Object value) {
        if (value instanceof CharSequence || value instanceof MimeType || value instanceof Enum<?>) {
            properties.put(name, value.toString());
            return;
        }
        HeaderTypes type = HeaderTypes.of(value);
        String text = type.write(value, json);
        if (text != null) {
            properties.put(name, text);
            types.add(URLEncoder.encode(name, StandardCharsets.UTF_8) + "=" + type.tag());
        } else if (complained.size() < MOST_COMPLAINTS && complained.add(name)) {
            LOG.warn(
                    "a header cannot be sent and is left out: header={}, type={}; give a simple value, or leave the"
                            + " header out by spring.cloud.stream.ternmq.binder.headers",
                    name,
                    value.getClass().getName());
        }
    }

    @Override
    public Map<String, Object> toHeaders(Message message) {
        Map<String, Object> headers = new LinkedHashMap<>();
        if (!message.hasUserProperties()) {
            return headers;
        }
        for (String name : message.getUserProperties().stringPropertyNames()) {
            if (!name.startsWith(TernMQHeaders.PREFIX) && !NOT_SENT.contains(name)) {
                headers.put(name, message.getUserProperties().getProperty(name));
            }
        }
        String types = message.getUserProperties(TYPES);
        if (types != null) {
            for (String entry : types.split(";", -1)) {
                restore(headers, entry);
            }
        }
        return headers;
    }

    private void restore(Map<String, Object> headers, String entry) {
        int equals = entry.lastIndexOf('=');
        if (equals < 0) {
            return;
        }
        HeaderTypes type = HeaderTypes.named(entry.substring(equals + 1));
        if (type != null) {
            headers.computeIfPresent(
                    URLDecoder.decode(entry.substring(0, equals), StandardCharsets.UTF_8),
                    (name, text) -> type.read(text.toString(), json));
        }
    }
}
