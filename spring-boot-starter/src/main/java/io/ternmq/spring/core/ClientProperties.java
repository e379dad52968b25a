package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.StartPolicy;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The properties of a bean, and what the application gives to those that leave it out. Confined to the thread that configures. */
final class ClientProperties {

    private @Nullable Properties given;
    private @Nullable String defaultNameServer;
    private @Nullable StartPolicy defaultStartPolicy;
    private @Nullable Duration defaultStartTimeout;

    void set(Properties properties) {
        this.given = properties;
    }

    void setDefaultNameServer(String nameServer) {
        this.defaultNameServer = nameServer;
    }

    void setDefaultStartPolicy(StartPolicy policy, Duration timeout) {
        this.defaultStartPolicy = policy;
        this.defaultStartTimeout = timeout;
    }

    /** Whether the properties say which cluster to use. */
    boolean nameServerGiven() {
        return isGiven(PropertyKeyConst.NAMESRV_ADDR) || isGiven(PropertyKeyConst.ONSAddr);
    }

    private boolean isGiven(String key) {
        return given != null
                && given.entrySet().stream()
                        .anyMatch(entry -> key.equalsIgnoreCase(String.valueOf(entry.getKey()))
                                && !String.valueOf(entry.getValue()).isBlank());
    }

    /**
     * The given properties, completed by the defaults.
     *
     * @param scope that of the application, if the bean belongs to one
     */
    Properties complete(String bean, @Nullable String scope) {
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
        if (defaultStartPolicy != null && !isGiven(PropertyKeyConst.StartPolicy)) {
            complete.setProperty(PropertyKeyConst.StartPolicy, defaultStartPolicy.name());
        }
        if (defaultStartTimeout != null && !isGiven(PropertyKeyConst.StartTimeoutMillis)) {
            complete.setProperty(PropertyKeyConst.StartTimeoutMillis, Long.toString(defaultStartTimeout.toMillis()));
        }
        if (scope != null && !isGiven(PropertyKeyConst.Scope)) {
            complete.setProperty(PropertyKeyConst.Scope, scope);
        }
        return complete;
    }
}
