package io.ternmq.spring.annotation;

import io.ternmq.spring.listener.IllegalListenerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.Scope;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/** Reads the attributes of one annotation: placeholders, then expressions, then the type that is wanted. */
final class AttributeResolver {

    /** What the listener's own bean is called in expressions. */
    static final String LISTENER = "__listener";

    private final ConfigurableBeanFactory beanFactory;
    private final String source;
    private final BeanExpressionContext context;

    /**
     * Makes a resolver.
     *
     * @param bean the bean whose annotations are read; expressions know it
     * @param source where the annotations are, for people
     */
    AttributeResolver(ConfigurableBeanFactory beanFactory, Object bean, String source) {
        this.beanFactory = beanFactory;
        this.source = source;
        this.context = new BeanExpressionContext(beanFactory, new OwnBean(bean));
    }

    /** The texts of an attribute with many values; an expression may stand for several. */
    List<String> texts(String name, String[] values) {
        List<String> texts = new ArrayList<>();
        for (String value : values) {
            Object resolved = resolve(name, value);
            if (resolved instanceof Collection<?> several) {
                several.forEach(one -> texts.add(String.valueOf(one).trim()));
            } else if (resolved instanceof Object[] several) {
                for (Object one : several) {
                    texts.add(String.valueOf(one).trim());
                }
            } else if (resolved != null) {
                texts.add(resolved.toString().trim());
            }
        }
        texts.removeIf(String::isEmpty);
        return texts;
    }

    /** Where the annotation is, for people. */
    String source() {
        return source;
    }

    /** The text of an attribute, or {@code null} if it is empty. */
    @Nullable
    String text(String name, String value) {
        if (value.isEmpty()) {
            return null;
        }
        Object resolved = resolve(name, value);
        return resolved == null || resolved.toString().isBlank()
                ? null
                : resolved.toString().trim();
    }

    @Nullable
    Integer number(String name, String value) {
        return read(name, value, "a whole number", Integer::valueOf);
    }

    @Nullable
    Duration duration(String name, String value) {
        return read(name, value, "a duration such as 500ms, 10s, 5m or 2h", DurationFormatterUtils::detectAndParse);
    }

    @Nullable
    Boolean flag(String name, String value) {
        return read(name, value, "true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException(text);
        });
    }

    /** The value of an attribute as something else than text, or {@code null} if it is empty. */
    <T> @Nullable T read(String name, String value, String allowed, Function<String, T> reader) {
        String text = text(name, value);
        if (text == null) {
            return null;
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalListenerException(
                    source, "its attribute cannot be used: " + name + "=" + text, "give " + allowed, e);
        }
    }

    private @Nullable Object resolve(String name, String value) {
        try {
            String text = beanFactory.resolveEmbeddedValue(value);
            BeanExpressionResolver expressions = beanFactory.getBeanExpressionResolver();
            return expressions == null ? text : expressions.evaluate(text, context);
        } catch (RuntimeException e) {
            throw new IllegalListenerException(
                    source,
                    "its attribute cannot be resolved: " + name + "=" + value + " (" + e.getMessage() + ")",
                    "define the property, or give the placeholder a default as in ${name:default}",
                    e);
        }
    }

    /** The one thing that expressions know besides the beans. */
    private static final class OwnBean implements Scope {

        private final Object bean;

        OwnBean(Object bean) {
            this.bean = bean;
        }

        @Override
        public @Nullable Object resolveContextualObject(String key) {
            return key.equals(LISTENER) ? bean : null;
        }

        @Override
        public Object get(String name, ObjectFactory<?> objectFactory) {
            throw new UnsupportedOperationException("no bean lives in this scope: name=" + name);
        }

        @Override
        public @Nullable Object remove(String name) {
            return null;
        }

        @Override
        public void registerDestructionCallback(String name, Runnable callback) {
            // What is in no scope does not end with it.
        }
    }
}
