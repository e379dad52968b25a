package io.ternmq.spring.core;

import io.ternmq.client.Admin;
import io.ternmq.client.StartPolicy;
import java.time.Duration;
import java.util.Properties;

/** What all beans of the client have in common: properties before the start, which the application completes. */
abstract class ConfiguredBean implements Admin, NameServerUser {

    private final ClientProperties properties = new ClientProperties();

    /** The settings, by the names of {@link io.ternmq.client.PropertyKeyConst}. */
    public void setProperties(Properties properties) {
        this.properties.set(properties);
    }

    @Override
    public void setDefaultNameServer(String nameServer) {
        properties.setDefaultNameServer(nameServer);
    }

    @Override
    public void setDefaultStartPolicy(StartPolicy policy, Duration timeout) {
        properties.setDefaultStartPolicy(policy, timeout);
    }

    @Override
    public boolean isNameServerGiven() {
        return properties.nameServerGiven();
    }

    /** The settings, with what the application gives to those that leave it out. */
    final Properties completeProperties() {
        return properties.complete(name());
    }

    /** What kind of bean this is, for people. */
    final String name() {
        return getClass().getSimpleName();
    }
}
