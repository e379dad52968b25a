package io.ternmq.test.spring;

import io.ternmq.test.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Starts a broker before a context is refreshed, and stops it when the context has closed. What it is equal by decides who shares a context.
 *
 * @param owner the test class that has the context for itself; {@code null} if it is shared
 */
record EmbeddedTernMQContextCustomizer(
        @Nullable Class<?> owner, List<String> addressProperties, boolean autoCreateTopics)
        implements ContextCustomizer {

    private static final String BEAN = "ternMQTestBroker";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        EmbeddedBroker broker = new EmbeddedBroker(settings -> settings.autoCreateTopics(autoCreateTopics));
        try {
            broker.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the broker of the test cannot be started", e);
        }
        Map<String, Object> addresses = new LinkedHashMap<>();
        addressProperties.forEach(name -> addresses.put(name, broker.address()));
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource(BEAN, addresses));
        // The first bean to be known is the last to be destroyed: whoever is connected leaves before.
        context.getBeanFactory().registerSingleton(BEAN, broker);
        ((DefaultSingletonBeanRegistry) context.getBeanFactory()).registerDisposableBean(BEAN, broker::stop);
    }
}
