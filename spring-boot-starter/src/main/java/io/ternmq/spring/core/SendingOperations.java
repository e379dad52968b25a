package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.spring.support.MessageMapper;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.core.AbstractMessageSendingTemplate;

/** A template as spring-messaging sees it. */
final class SendingOperations extends AbstractMessageSendingTemplate<String> {

    private final MessageTemplate template;

    SendingOperations(MessageTemplate template, MessageMapper mapper, String defaultDestination) {
        this.template = template;
        setMessageConverter(mapper.converter());
        setDefaultDestination(defaultDestination);
    }

    @Override
    protected void doSend(String destination, Message<?> message) {
        try {
            template.convertAndSend(destination, message);
        } catch (MQClientException e) {
            throw new MessageDeliveryException(message, String.valueOf(e.getMessage()), e);
        }
    }
}
