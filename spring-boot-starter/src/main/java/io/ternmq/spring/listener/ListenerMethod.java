package io.ternmq.spring.listener;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

/** A method with its arguments; tells failures before the call, which come again whenever the message does, from others. */
final class ListenerMethod extends InvocableHandlerMethod {

    ListenerMethod(Object bean, Method method, HandlerMethodArgumentResolverComposite resolvers) {
        super(bean, method);
        setMessageMethodArgumentResolvers(resolvers);
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
}
