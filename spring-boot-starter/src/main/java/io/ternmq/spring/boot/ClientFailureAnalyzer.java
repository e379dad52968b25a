package io.ternmq.spring.boot;

import io.ternmq.client.MQClientException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains what was refused to an application that sends, or administers, while it starts. */
final class ClientFailureAnalyzer extends AbstractFailureAnalyzer<MQClientException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, MQClientException cause) {
        String remedy = ClientFailures.remedy(cause, null);
        return remedy == null
                ? null
                : new FailureAnalysis(Sentence.of(String.valueOf(cause.getMessage())), remedy, cause);
    }
}
