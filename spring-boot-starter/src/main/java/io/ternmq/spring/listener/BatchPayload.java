package io.ternmq.spring.listener;

import io.ternmq.client.Message;
import io.ternmq.spring.support.ReceivedMessage;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * Makes the list that a batch method asks for: of the client's messages, Spring's, or payloads. A message that cannot be
 * read, or is not valid, fails alone; the method gets the others.
 */
final class BatchPayload {

    private final MethodParameter element;
    private final Class<?> elementType;
    private final boolean springMessages;
    private final SmartMessageConverter converter;
    private final @Nullable Validator validator;
    private final Object @Nullable [] validationHints;

    BatchPayload(MethodParameter list, SmartMessageConverter converter, @Nullable Validator validator) {
        ResolvableType type = bound(ResolvableType.forMethodParameter(list).getGeneric(0));
        this.springMessages = org.springframework.messaging.Message.class.isAssignableFrom(type.resolve(Object.class));
        ResolvableType payload = springMessages ? bound(type.getGeneric(0)) : type;
        this.elementType = payload.resolve(Object.class);
        this.element = new Element(list, elementType, payload.getType());
        this.converter = converter;
        this.validator = validator;
        Object[] hints = null;
        for (var annotation : list.getParameterAnnotations()) {
            hints = hints == null ? ValidationAnnotationUtils.determineValidationHints(annotation) : hints;
        }
        this.validationHints = hints;
    }

    /** What a wildcard stands for: to Kotlin, a list of an open type is one of {@code ? extends} that. */
    static ResolvableType bound(ResolvableType type) {
        return type.getType() instanceof WildcardType wildcard
                ? ResolvableType.forType(wildcard.getUpperBounds()[0], type)
                : type;
    }

    static boolean isBatch(MethodParameter parameter) {
        return Collection.class.isAssignableFrom(parameter.getParameterType())
                && parameter.getParameterType().isAssignableFrom(List.class)
                && !parameter.hasParameterAnnotation(Header.class);
    }

    /** The elements of those messages that can be handed over; says of the others why not. */
    List<Object> read(Delivery delivery) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < delivery.messages().size(); i++) {
            try {
                elements.add(read(delivery.messages().get(i), delivery));
            } catch (RuntimeException e) {
                delivery.failed(i, e);
            }
        }
        delivery.handOver();
        return elements;
    }

    private Object read(Message message, Delivery delivery) {
        if (elementType == Message.class) {
            return message;
        }
        ReceivedMessage received = new ReceivedMessage(message, delivery.context());
        Object payload = elementType == Object.class
                ? received.getPayload()
                : converter.fromMessage(received, elementType, element);
        if (payload == null) {
            throw new MessageConversionException(
                    received, "cannot be converted: to=" + elementType.getName() + ", message=" + message);
        }
        validate(payload, received);
        return springMessages ? MessageBuilder.createMessage(payload, received.getHeaders()) : payload;
    }

    private void validate(Object payload, ReceivedMessage received) {
        if (validator == null || validationHints == null) {
            return;
        }
        BeanPropertyBindingResult errors = new BeanPropertyBindingResult(payload, "payload");
        if (validationHints.length > 0 && validator instanceof SmartValidator smart) {
            smart.validate(payload, errors, validationHints);
        } else {
            validator.validate(payload, errors);
        }
        if (errors.hasErrors()) {
            throw new MethodArgumentNotValidException(received, element, errors);
        }
    }

    /** The parameter of the list, as a converter sees that of one element. */
    private static final class Element extends MethodParameter {

        private final Class<?> elementType;
        private final Type genericType;

        Element(MethodParameter list, Class<?> elementType, Type genericType) {
            super(list);
            this.elementType = elementType;
            this.genericType = genericType;
        }

        @Override
        public Class<?> getParameterType() {
            return elementType;
        }

        @Override
        public Type getGenericParameterType() {
            return genericType;
        }
    }
}
