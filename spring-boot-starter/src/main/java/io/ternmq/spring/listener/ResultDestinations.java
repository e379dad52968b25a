package io.ternmq.spring.listener;

import io.ternmq.spring.support.Destination;
import java.lang.reflect.Method;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.common.TemplateParserContext;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.MapAccessor;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.messaging.handler.annotation.SendTo;

/** Reads {@code @SendTo}: placeholders and {@code #{...}} once, {@code !{...}} for each result. Immutable. */
final class ResultDestinations {

    private static final TemplateParserContext FOR_EACH_RESULT = new TemplateParserContext("!{", "}");

    private final BeanFactory beanFactory;
    private final UnaryOperator<String> embeddedValues;

    /**
     * Makes it.
     *
     * @param beanFactory the beans that expressions may name, as {@code @bean}
     * @param embeddedValues replaces placeholders and {@code #{...}}
     */
    ResultDestinations(BeanFactory beanFactory, UnaryOperator<String> embeddedValues) {
        this.beanFactory = beanFactory;
        this.embeddedValues = embeddedValues;
    }

    /**
     * What a method says, or else its class; {@code null} if results go to whoever asked.
     *
     * @throws IllegalListenerException if it is no destination
     */
    @Nullable
    ResultDestination of(Method method, Class<?> type, boolean batch) {
        SendTo annotation = AnnotatedElementUtils.findMergedAnnotation(method, SendTo.class);
        if (annotation == null) {
            annotation = AnnotatedElementUtils.findMergedAnnotation(type, SendTo.class);
        }
        if (annotation == null || annotation.value().length == 0) {
            return null;
        }
        if (annotation.value().length > 1) {
            throw new IllegalListenerException(
                    method, "@SendTo has several destinations", "give one, and send the others by a MessageTemplate");
        }
        String text = embeddedValues.apply(annotation.value()[0]);
        if (text.isBlank()) {
            return null;
        }
        StandardEvaluationContext context = new StandardEvaluationContext();
        context.setBeanResolver(new BeanFactoryResolver(beanFactory));
        context.addPropertyAccessor(new MapAccessor());
        return new ResultDestination(text, parse(method, text), context, batch);
    }

    private static Expression parse(Method method, String text) {
        if (text.contains(FOR_EACH_RESULT.getExpressionPrefix())) {
            try {
                return new SpelExpressionParser().parseExpression(text, FOR_EACH_RESULT);
            } catch (ParseException e) {
                throw unusable(method, "sendTo=" + text + ", reason=" + e.getMessage(), "correct the expression");
            }
        }
        try {
            return new LiteralExpression(Destination.parse(text).toString());
        } catch (IllegalArgumentException e) {
            throw unusable(method, String.valueOf(e.getMessage()), "name a topic, or topic:tag");
        }
    }

    private static IllegalListenerException unusable(Method method, String reason, String remedy) {
        return new IllegalListenerException(method, "its @SendTo cannot be used: " + reason, remedy);
    }
}
