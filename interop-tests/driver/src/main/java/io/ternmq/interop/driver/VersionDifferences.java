package io.ternmq.interop.driver;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.jspecify.annotations.Nullable;

/** The few calls whose signature is not the same in 4.9 and 5.x. */
final class VersionDifferences {
    /** The topic that new topics take their settings from. */
    private static final String TEMPLATE_TOPIC = "TBW102";

    private VersionDifferences() {}

    /** 5.x wants a map of attributes as a fourth argument. */
    static void createTopic(DefaultMQProducer producer, String topic, int queues) throws ReflectiveOperationException {
        try {
            DefaultMQProducer.class
                    .getMethod("createTopic", String.class, String.class, int.class, Map.class)
                    .invoke(producer, TEMPLATE_TOPIC, topic, queues, Map.of());
        } catch (NoSuchMethodException fourth) {
            DefaultMQProducer.class
                    .getMethod("createTopic", String.class, String.class, int.class)
                    .invoke(producer, TEMPLATE_TOPIC, topic, queues);
        }
    }

    /** Only 5.x has timers: {@code setDelayTimeMs}, {@code setDelayTimeSec} and {@code setDeliverTimeMs}. */
    static void setTimer(Message message, String setter, long value) throws ReflectiveOperationException {
        Message.class.getMethod(setter, long.class).invoke(message, value);
    }

    /** What a message can be taken back with; null where the client has no such thing. */
    static @Nullable String recallHandle(SendResult result) {
        try {
            return (String) SendResult.class.getMethod("getRecallHandle").invoke(result);
        } catch (ReflectiveOperationException tooOld) {
            return null;
        }
    }

    /** Takes a message back; returns its id. */
    static String recall(DefaultMQProducer producer, String topic, String recallHandle) throws Exception {
        try {
            return (String) DefaultMQProducer.class
                    .getMethod("recallMessage", String.class, String.class)
                    .invoke(producer, topic, recallHandle);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The enumeration of models moved to another package in 5.x. */
    static void broadcast(DefaultMQPushConsumer consumer) throws ReflectiveOperationException {
        Method setter = Arrays.stream(DefaultMQPushConsumer.class.getMethods())
                .filter(method -> method.getName().equals("setMessageModel"))
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException("setMessageModel"));
        Object broadcasting = Arrays.stream(setter.getParameterTypes()[0].getEnumConstants())
                .filter(model -> model.toString().equals("BROADCASTING"))
                .findFirst()
                .orElseThrow(() -> new NoSuchFieldException("BROADCASTING"));
        setter.invoke(consumer, broadcasting);
    }

    /** 5.x consumers can leave it to the broker which queues are theirs. */
    static void letTheBrokerShareOut(DefaultMQPushConsumer consumer) throws ReflectiveOperationException {
        DefaultMQPushConsumer.class
                .getMethod("setClientRebalance", boolean.class)
                .invoke(consumer, false);
    }
}
