package io.ternmq.spring.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * An annotation that was found on a bean.
 *
 * @param type the bean's class behind proxies
 * @param method the method that carries it; {@code null} if the class does
 * @param annotation a {@link MessageListener} or a {@link DeadLetterHandler}
 * @param number counts the annotations of one method or class, from 0
 */
record Declaration(
        Object bean,
        String beanName,
        Class<?> type,
        @Nullable Method method,
        Annotation annotation,
        int number) {

    /** Where it is, for people. */
    String place() {
        return method == null ? type.getName() : method.toGenericString();
    }

    String source() {
        return "bean " + beanName + ", " + place();
    }

    String defaultId() {
        String name = method == null ? beanName : beanName + "." + method.getName();
        return number == 0 ? name : name + "#" + (number + 1);
    }
}
