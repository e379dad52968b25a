package io.ternmq.spring.boot;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Producer;
import io.ternmq.spring.core.ClientStartException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The producer of a template: a bean that is looked up when the template first sends, and remembered. Without a lock, which might be waited
 * for by somebody whom the bean itself has to wait for.
 */
final class TemplateProducer implements Supplier<Producer> {

    private final Supplier<Producer> bean;
    private volatile @Nullable Producer found;

    /**
     * Makes it.
     *
     * @param template the name of the template's bean: whoever uses it is destroyed before the producer is, though that is made later
     * @param bean looks the producer up
     */
    TemplateProducer(ConfigurableListableBeanFactory beans, String template, Supplier<Producer> bean) {
        this.bean = bean;
        for (String producer : beans.getBeanNamesForType(Producer.class, true, false)) {
            beans.registerDependentBean(producer, template);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws MQClientException if the producer cannot start
     */
    @Override
    public Producer get() {
        Producer known = found;
        if (known == null) {
            known = lookUp();
            found = known;
        }
        return known;
    }

    /** Whoever sends is told of a failure of the client, not of one of bean creation. */
    private Producer lookUp() {
        try {
            return bean.get();
        } catch (BeanCreationException e) {
            ClientStartException failure = startFailure(e);
            if (failure != null && failure.getCause() instanceof MQClientException reason) {
                throw new MQClientException(reason.getResponseCode(), String.valueOf(failure.getMessage()), e);
            }
            throw e;
        }
    }

    private static @Nullable ClientStartException startFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientStartException start) {
                return start;
            }
        }
        return null;
    }
}
