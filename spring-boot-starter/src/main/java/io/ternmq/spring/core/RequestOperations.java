package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.spring.support.MessageMapper;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.core.AbstractMessagingTemplate;
import org.springframework.messaging.support.MessageBuilder;

/** The requests of a template as spring-messaging sees them. It is handed out as that alone: there is nothing here to receive from. */
final class RequestOperations extends AbstractMessagingTemplate<String> {

    /** A spring-messaging message gives itself these, and lets nobody set them; a reply may have properties of these names. */
    private static final Set<String> OWN_HEADERS = Set.of(MessageHeaders.ID, MessageHeaders.TIMESTAMP);

    private final BiFunction<String, Message<?>, io.ternmq.client.Message> requests;

    /**
     * Makes it.
     *
     * @param requests sends a request to a destination, and gives the reply
     */
    RequestOperations(
            BiFunction<String, Message<?>, io.ternmq.client.Message> requests,
            MessageMapper mapper,
            String defaultDestination) {
        this.requests = requests;
        setMessageConverter(mapper.converter());
        setDefaultDestination(defaultDestination);
    }

    @Override
    protected Message<?> doSendAndReceive(String destination, Message<?> request) {
        io.ternmq.client.Message reply;
        try {
            reply = requests.apply(destination, request);
        } catch (MQClientException | RemoteListenerException e) {
            throw new MessageDeliveryException(request, String.valueOf(e.getMessage()), e);
        }
        MessageBuilder<byte[]> message = MessageBuilder.withPayload(reply.getBody());
        if (reply.hasUserProperties()) {
            reply.getUserProperties().stringPropertyNames().stream()
                    .filter(name -> !OWN_HEADERS.contains(name))
                    .forEach(name -> message.setHeader(name, reply.getUserProperties(name)));
        }
        return message.build();
    }

    @Override
    protected void doSend(String destination, Message<?> message) {
        throw new UnsupportedOperationException("requests are sent with their replies; use MessageTemplate.operations");
    }

    @Override
    protected @Nullable Message<?> doReceive(String destination) {
        throw new UnsupportedOperationException("receive with a ReceivingTemplate");
    }
}
