package io.ternmq.spring.listener;

import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageOrderListener;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.springframework.util.ClassUtils;

/**
 * What a listener calls: a bean's method, made by {@link MethodListenerFactory}, several of them, or a listener of the
 * client. Immutable.
 */
public final class ListenerTarget {

    private final ListenerKind kind;
    private final List<Method> methods;
    private final Function<Message, Callee> callee;

    ListenerTarget(ListenerKind kind, List<Method> methods, Function<Message, Callee> callee) {
        this.kind = kind;
        this.methods = methods;
        this.callee = callee;
    }

    /** Calls a listener for each message. */
    public static ListenerTarget of(MessageListener listener) {
        return fixed(
                ListenerKind.CONCURRENT,
                listener,
                MessageListener.class,
                delivery -> listener.consume(delivery.message(), new DeliveryContext(delivery)));
    }

    /** Calls a listener for each message, in order. */
    public static ListenerTarget inOrder(MessageOrderListener listener) {
        return fixed(
                ListenerKind.ORDERED,
                listener,
                MessageOrderListener.class,
                delivery -> listener.consume(
                        delivery.message(), Objects.requireNonNull(delivery.orderContext(), "not in order")));
    }

    /** Calls a listener for several messages at once. */
    public static ListenerTarget ofBatches(BatchMessageListener listener) {
        return fixed(
                ListenerKind.BATCH,
                listener,
                BatchMessageListener.class,
                delivery -> listener.consume(delivery.messages(), new BatchContext(delivery)));
    }

    private static ListenerTarget fixed(ListenerKind kind, Object listener, Class<?> type, Call call) {
        Callee callee = new Fixed(listener, consumeMethod(listener, type), call);
        return new ListenerTarget(kind, List.of(callee.method()), message -> callee);
    }

    /** The class's own method, so that annotations on it are seen. */
    private static Method consumeMethod(Object listener, Class<?> type) {
        Class<?> messages = type == BatchMessageListener.class ? List.class : Message.class;
        Class<?> context =
                type == MessageOrderListener.class ? io.ternmq.client.ConsumeOrderContext.class : ConsumeContext.class;
        Method declared = ClassUtils.getMethod(type, "consume", messages, context);
        return ClassUtils.getMostSpecificMethod(declared, listener.getClass());
    }

    /** How it is to be called. */
    public ListenerKind kind() {
        return kind;
    }

    /** The methods that it calls, each of them with some of the messages. */
    public List<ListenerSignature> signatures() {
        return methods.stream()
                .map(method -> new ListenerSignature(method, kind))
                .toList();
    }

    /** Whose turn it is with a message. */
    Callee callee(Message message) {
        return callee.apply(message);
    }

    @FunctionalInterface
    private interface Call {
        Object with(Delivery delivery);
    }

    private record Fixed(Object bean, Method method, Call call) implements Callee {

        @Override
        public Object call(Delivery delivery) {
            Object action = call.with(delivery);
            // For the client, nothing means again.
            return action == null ? io.ternmq.client.Action.ReconsumeLater : action;
        }
    }
}
