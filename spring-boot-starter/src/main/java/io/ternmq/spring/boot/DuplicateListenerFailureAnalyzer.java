package io.ternmq.spring.boot;

import io.ternmq.spring.core.DuplicateListenerException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names both listeners that collide. */
final class DuplicateListenerFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateListenerException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DuplicateListenerException cause) {
        return new FailureAnalysis(Sentence.of(cause.problem()), Sentence.of(cause.remedy()), cause);
    }
}
