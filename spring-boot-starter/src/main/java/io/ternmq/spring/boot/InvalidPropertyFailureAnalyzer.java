package io.ternmq.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;

/** Names the property, its value and what is allowed. Before Boot's own, which tells of the binding. */
final class InvalidPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidTernMQPropertyException>
        implements Ordered {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidTernMQPropertyException cause) {
        return new FailureAnalysis(
                "The value of a property cannot be used:\n\n    " + cause.key() + "=" + cause.value(),
                "Set " + cause.key() + " to " + cause.allowed() + ".",
                cause);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
