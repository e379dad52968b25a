package io.ternmq.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says how the table comes into the database. */
final class MissingTableFailureAnalyzer extends AbstractFailureAnalyzer<MissingTableException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, MissingTableException cause) {
        return new FailureAnalysis(
                "The application's database has no table " + cause.table() + ", which TernMQ keeps its records in.",
                cause.remedy(),
                cause);
    }
}
