package io.ternmq.benchmarks.client;

import io.ternmq.benchmarks.client.ternmq.TernMqLoadClient;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;

/** Which client makes the load. */
public enum ClientKind {
    /** Our own. */
    ternmq,
    /** The genuine {@code rocketmq-client}, of the version that this program was built with. */
    rocketmq;

    /** Makes what opens such clients. */
    public ClientFactory factory() throws IOException, ReflectiveOperationException {
        return this == ternmq ? TernMqLoadClient::new : genuine();
    }

    private static ClientFactory genuine() throws IOException, ReflectiveOperationException {
        Constructor<? extends LoadClient> constructor = GenuineClassPath.create()
                .loadClass("io.ternmq.benchmarks.client.rocketmq.RocketMqLoadClient")
                .asSubclass(LoadClient.class)
                .getConstructor(Target.class);
        return target -> {
            try {
                return constructor.newInstance(target);
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof Exception reason ? reason : e;
            }
        };
    }
}
