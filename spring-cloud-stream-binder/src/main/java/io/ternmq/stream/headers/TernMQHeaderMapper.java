package io.ternmq.stream.headers;

import io.ternmq.client.Message;
import java.util.Map;
import org.springframework.messaging.MessageHeaders;

/**
 * Turns headers into user properties and back. An application that wants it otherwise defines a bean. What the protocol keeps apart from user properties (tag,
 * keys, …) is not its business when sending. Called by many threads at once.
 */
public interface TernMQHeaderMapper {

    /** The user properties that stand for the headers of a message to be sent. */
    Map<String, String> toProperties(MessageHeaders headers);

    /** The headers that stand for the user properties of a received message. */
    Map<String, Object> toHeaders(Message message);
}
