package io.ternmq.spring.boot;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Names the property, its value and what is allowed. Before Boot's own, which tells of the binding. */
final class InvalidPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidTernMQPropertyException>
        implements Ordered {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidTernMQPropertyException cause) {
        String key = key(rootFailure, cause);
        return new FailureAnalysis(
                "The value of a property cannot be used:\n\n    " + key + "=" + cause.value(),
                "Set " + key + " to " + cause.allowed() + ".",
                cause);
    }

    /** Settings of the same kind exist for each cluster; where they were being bound tells which it is. */
    private String key(Throwable rootFailure, InvalidTernMQPropertyException cause) {
        BindException binding = findCause(rootFailure, BindException.class);
        return binding == null
                ? cause.key()
                : binding.getName() + cause.key().substring(cause.key().lastIndexOf('.'));
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
