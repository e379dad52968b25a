package io.ternmq.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches when {@code ternmq.name-server} is missing or empty. */
final class OnNoNameServer extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        String address = context.getEnvironment().getProperty("ternmq.name-server", "");
        ConditionMessage.Builder message = ConditionMessage.forCondition("name server");
        return address.isBlank()
                ? ConditionOutcome.match(message.because("ternmq.name-server is not set"))
                : ConditionOutcome.noMatch(message.because("ternmq.name-server=" + address));
    }
}
