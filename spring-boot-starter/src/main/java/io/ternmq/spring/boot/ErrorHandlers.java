package io.ternmq.spring.boot;

import io.ternmq.spring.listener.ListenerErrorHandler;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/** Finds the error handler of listeners that name none: the application's only one, or the primary one. */
final class ErrorHandlers {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorHandlers.class);

    private final ConfigurableListableBeanFactory beans;
    private boolean reported;

    ErrorHandlers(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /** The handler; one that leaves everything to the next rule if there is none, or if it cannot be told which. */
    ListenerErrorHandler usual() {
        ListenerErrorHandler unique =
                beans.getBeanProvider(ListenerErrorHandler.class).getIfUnique();
        if (unique != null) {
            return unique;
        }
        report();
        return failure -> null;
    }

    private synchronized void report() {
        List<String> candidates = Arrays.stream(beans.getBeanNamesForType(ListenerErrorHandler.class))
                .filter(this::isMeantForAll)
                .toList();
        if (candidates.size() > 1 && !reported) {
            reported = true;
            LOG.info(
                    "None of several error handlers is primary, so none is that of listeners that name none: beans={};"
                            + " give one of them @Primary, or those for single listeners"
                            + " @Bean(defaultCandidate = false)",
                    candidates);
        }
    }

    private boolean isMeantForAll(String bean) {
        return !beans.containsBeanDefinition(bean)
                || (beans.getMergedBeanDefinition(bean) instanceof AbstractBeanDefinition definition
                        && definition.isAutowireCandidate()
                        && definition.isDefaultCandidate());
    }
}
