package io.ternmq.spring.boot;

import io.ternmq.spring.listener.IllegalListenerException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the method that cannot be a listener, and what to change about it. */
final class IllegalListenerFailureAnalyzer extends AbstractFailureAnalyzer<IllegalListenerException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, IllegalListenerException cause) {
        return new FailureAnalysis(
                "This method cannot be a message listener, because " + cause.reason() + ":\n\n    " + cause.method(),
                Sentence.of(cause.remedy()),
                cause);
    }
}
