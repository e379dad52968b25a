package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.client.PropertyKeyConst;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The properties of a bean, and the address to use when they name none. Confined to the thread that configures. */
final class ClientProperties {

    private @Nullable Properties given;
    private @Nullable String defaultNameServer;

    void set(Properties properties) {
        this.given = properties;
    }

    void setDefaultNameServer(String nameServer) {
        this.defaultNameServer = nameServer;
    }

    /** Whether the properties say which cluster to use. */
    boolean nameServerGiven() {
        if (given == null) {
            return false;
        }
        return given.stringPropertyNames().stream()
                .anyMatch(name -> (name.equalsIgnoreCase(PropertyKeyConst.NAMESRV_ADDR)
                                || name.equalsIgnoreCase(PropertyKeyConst.ONSAddr))
                        && !given.getProperty(name).isBlank());
    }

    /** The given properties, completed by the default address. */
    Properties complete(String bean) {
        if (given == null) {
            throw new MQClientException(bean + " has no properties: set its property \"properties\" to at least "
                    + PropertyKeyConst.GROUP_ID + " and, unless Spring Boot configures it, "
                    + PropertyKeyConst.NAMESRV_ADDR);
        }
        Properties complete = new Properties();
        given.stringPropertyNames().forEach(name -> complete.setProperty(name, given.getProperty(name)));
        complete.putAll(given);
        if (!nameServerGiven() && defaultNameServer != null) {
            complete.setProperty(PropertyKeyConst.NAMESRV_ADDR, defaultNameServer);
        }
        return complete;
    }
}
