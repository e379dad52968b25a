package io.ternmq.spring.boot;

import io.ternmq.spring.support.PayloadNotWritableException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the type that no converter can write. */
final class PayloadFailureAnalyzer extends AbstractFailureAnalyzer<PayloadNotWritableException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, PayloadNotWritableException cause) {
        return new FailureAnalysis(
                "A payload cannot be converted to bytes: type=" + cause.type() + ".",
                "Send text, bytes or an object that the application's JSON mapper can write, or define a"
                        + " MessageConverter bean for the type, qualified by \"ternmq\".",
                cause);
    }
}
