package io.ternmq.spring.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.util.ReflectionUtils;

/** A method with its arguments; tells failures before the call, which come again whenever the message does, from others. */
final class ListenerMethod extends InvocableHandlerMethod {

    private final @Nullable KotlinDefaults defaults;

    ListenerMethod(Object bean, Method method, HandlerMethodArgumentResolverComposite resolvers) {
        super(bean, method);
        setMessageMethodArgumentResolvers(resolvers);
        this.defaults = KotlinDetector.isKotlinReflectPresent() ? KotlinDefaults.of(getBridgedMethod()) : null;
    }

    @Override
    protected @Nullable Object[] getMethodArgumentValues(Message<?> message, Object... providedArgs) throws Exception {
        try {
            return super.getMethodArgumentValues(message, providedArgs);
        } catch (Exception e) {
            ((CallMessage) message).delivery().uncallable(e);
            throw e;
        }
    }

    @Override
    protected @Nullable Object doInvoke(@Nullable Object... args) throws Exception {
        if (defaults == null) {
            return super.doInvoke(args);
        }
        try {
            return defaults.call(getBean(), args);
        } catch (InvocationTargetException e) {
            ReflectionUtils.rethrowException(e.getTargetException());
            throw e;
        }
    }
}
