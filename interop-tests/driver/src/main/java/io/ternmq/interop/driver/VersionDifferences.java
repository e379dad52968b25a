package io.ternmq.interop.driver;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

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
}
