package io.ternmq.spring.listener;

import io.ternmq.client.Message;
import io.ternmq.spring.support.ReceivedMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.ValueConstants;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * A header of each message that a batch method is given, as a list in their order: {@code @Header("trace") List<String>}. A message without
 * it has the annotation's default, or {@code null}; one message never decides about the others.
 */
final class BatchHeaders implements HandlerMethodArgumentResolver {

    private final ConversionService conversions = new DefaultConversionService();
    private final UnaryOperator<String> embeddedValues;

    /**
     * Makes it.
     *
     * @param embeddedValues resolves placeholders in names and defaults
     */
    BatchHeaders(UnaryOperator<String> embeddedValues) {
        this.embeddedValues = embeddedValues;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.hasParameterAnnotation(Header.class)
                && Collection.class.isAssignableFrom(parameter.getParameterType())
                && parameter.getParameterType().isAssignableFrom(List.class);
    }

    @Override
    public List<@Nullable Object> resolveArgument(
            MethodParameter parameter, org.springframework.messaging.Message<?> message) {
        Header header = Objects.requireNonNull(parameter.getParameterAnnotation(Header.class), "supported");
        String name = name(parameter, header);
        String otherwise = ValueConstants.DEFAULT_NONE.equals(header.defaultValue())
                ? null
                : embeddedValues.apply(header.defaultValue());
        Class<?> type = BatchPayload.bound(
                        ResolvableType.forMethodParameter(parameter).getGeneric(0))
                .resolve(Object.class);
        Delivery delivery = ((CallMessage) message).delivery();
        List<@Nullable Object> values = new ArrayList<>();
        for (int index : delivery.handed()) {
            Message one = delivery.messages().get(index);
            Object value =
                    new ReceivedMessage(one, delivery.context()).getHeaders().get(name);
            values.add(conversions.convert(value == null ? otherwise : value, type));
        }
        return values;
    }

    private String name(MethodParameter parameter, Header header) {
        if (!header.name().isEmpty()) {
            return embeddedValues.apply(header.name());
        }
        parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
        String name = parameter.getParameterName();
        if (name == null) {
            throw new IllegalStateException("the header's name is not known: parameter=" + parameter
                    + "; write @Header(\"name\"), or compile with -parameters");
        }
        return name;
    }
}
