package io.ternmq.stream.outbound;

import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.stream.properties.TernMQProducerProperties;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.ChannelInterceptor;

/** Evaluates a binding's expressions while the payload is still what the application has sent, and leaves the results in headers. */
public final class HeaderExpressions implements ChannelInterceptor {

    private final TernMQProducerProperties properties;
    private final EvaluationContext context;
    private final Clock clock;

    private HeaderExpressions(TernMQProducerProperties properties, EvaluationContext context, Clock clock) {
        this.properties = properties;
        this.context = context;
        this.clock = clock;
    }

    /** The interceptor of a binding, or {@code null} if it has no expressions. */
    public static @Nullable HeaderExpressions of(TernMQProducerProperties properties, EvaluationContext context) {
        return properties.getTagExpression() == null
                        && properties.getKeysExpression() == null
                        && properties.getShardingKeyExpression() == null
                        && properties.getDelayExpression() == null
                ? null
                : new HeaderExpressions(properties, context, Clock.systemUTC());
    }

    @Override
    public Message<?> preSend(Message<?> message, MessageChannel channel) {
        MessageBuilder<?> builder = MessageBuilder.fromMessage(message);
        put(builder, TernMQHeaders.TAGS, properties.getTagExpression(), message);
        put(builder, TernMQHeaders.KEYS, properties.getKeysExpression(), message);
        put(builder, TernMQHeaders.SHARDING_KEY, properties.getShardingKeyExpression(), message);
        Expression delay = properties.getDelayExpression();
        if (delay != null && !message.getHeaders().containsKey(TernMQHeaders.DELIVER_AT)) {
            builder.setHeader(TernMQHeaders.DELIVER_AT, deliverAt(delay, message));
        }
        return builder.build();
    }

    private void put(MessageBuilder<?> builder, String header, @Nullable Expression expression, Message<?> message) {
        if (expression != null) {
            Object value = expression.getValue(context, message);
            // What the bridge and functions send is bytes by now.
            Object told = value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value;
            if (told != null) {
                builder.setHeaderIfAbsent(header, told);
            }
        }
    }

    private @Nullable Instant deliverAt(Expression expression, Message<?> message) {
        Object value = expression.getValue(context, message);
        if (value == null || value instanceof Instant) {
            return (Instant) value;
        }
        if (value instanceof Duration delay) {
            return clock.instant().plus(delay);
        }
        if (value instanceof Number millis) {
            return clock.instant().plusMillis(millis.longValue());
        }
        throw new IllegalArgumentException("illegal value: delay-expression=" + expression.getExpressionString()
                + ", value=" + value + "; it must be a Duration, a number of milliseconds, or an Instant");
    }
}
