package io.ternmq.spring.core;

import io.ternmq.client.Admin;
import io.ternmq.client.StartPolicy;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** What all beans of the client have in common: properties before the start, which the application completes. */
abstract class ConfiguredBean implements Admin, NameServerUser, BeanFactoryAware {

    private final ClientProperties properties = new ClientProperties();
    private @Nullable ConfigurableBeanFactory application;

    /** The settings, by the names of {@link io.ternmq.client.PropertyKeyConst}. */
    public void setProperties(Properties properties) {
        this.properties.set(properties);
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        application = beanFactory instanceof ConfigurableBeanFactory beans ? beans : null;
    }

    /** Which groups have a listener in the application, or {@code null} for a bean that belongs to none. */
    final @Nullable GroupClaims claims() {
        ConfigurableBeanFactory beans = application;
        return beans == null ? null : GroupClaims.of(beans);
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
        GroupClaims claims = claims();
        return properties.complete(name(), claims == null ? null : claims.scope());
    }

    /** What kind of bean this is, for people. */
    final String name() {
        return getClass().getSimpleName();
    }
}
