package io.ternmq.spring.idempotent;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.listener.ListenerKind;
import io.ternmq.spring.listener.ListenerSignature;
import io.ternmq.spring.support.MessageMapper;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.expression.Expression;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Carries {@link Idempotent} out: begins the transaction, records the message, and calls the listener unless it was recorded before. */
public final class IdempotentInterceptor implements ListenerInterceptor, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(IdempotentInterceptor.class);

    /** How messages of a listener are told apart; no rule if it does not ask for that. */
    private record Rule(boolean idempotent, @Nullable Expression key) {}

    /** Carries what a listener threw out of the transaction, which is rolled back by it. */
    private static final class ListenerThrew extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ListenerThrew(Exception cause) {
            super(cause);
        }
    }

    private final Supplier<HandledMessages> handled;
    private final TransactionTemplate transactions;
    private final MessageMapper mapper;
    private final SpelExpressionParser parser = new SpelExpressionParser();
    private final SimpleEvaluationContext reading = SimpleEvaluationContext.forReadOnlyDataBinding()
            .withInstanceMethods()
            .build();
    private final Map<Method, Rule> rules = new ConcurrentHashMap<>();

    /**
     * Makes it.
     *
     * @param handled asked for when the first message comes for a listener that is idempotent
     */
    public IdempotentInterceptor(
            Supplier<HandledMessages> handled, PlatformTransactionManager transactionManager, MessageMapper mapper) {
        this.handled = handled;
        this.transactions = new TransactionTemplate(transactionManager);
        this.mapper = mapper;
    }

    /** Innermost: what others do around a call is none of its effects. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /** Refuses what would run outside of the transaction, and keys that are no expressions. */
    @Override
    public void check(ListenerSignature signature) {
        Method method = signature.method();
        if (!rule(method).idempotent()) {
            return;
        }
        refuse(
                signature.kind() == ListenerKind.BATCH,
                method,
                "@Idempotent cannot tell which messages of a batch are new",
                "take one message at a time");
        refuse(
                signature.isAsynchronous(),
                method,
                "@Idempotent cannot take what runs on other threads into its transaction",
                "return when the work is done, nothing or an Action");
        refuse(
                signature.isAcknowledging(),
                method,
                "@Idempotent decides by its transaction what becomes of the message, and so does the method",
                "leave the Acknowledgement out, and throw if the message is to come again");
    }

    private static void refuse(boolean illegal, Method method, String reason, String remedy) {
        if (illegal) {
            throw new IllegalListenerException(method, reason, remedy);
        }
    }

    @Override
    public @Nullable Object around(ListenerCall call, Next next) throws Exception {
        Rule rule = rules.computeIfAbsent(call.method(), this::rule);
        if (!rule.idempotent()) {
            return next.proceed();
        }
        Message message = call.messages().get(0);
        String key = key(rule, call, message);
        AtomicReference<@Nullable Object> result = new AtomicReference<>();
        AtomicBoolean skipped = new AtomicBoolean();
        try {
            transactions.executeWithoutResult(status -> {
                if (!handled.get().record(call.group(), message, key)) {
                    status.setRollbackOnly();
                    skipped.set(true);
                    return;
                }
                result.set(proceed(next));
                if (isUndone(result.get())) {
                    status.setRollbackOnly();
                } else if (!status.isRollbackOnly()) {
                    handled.get().confirm(call.group(), message, key);
                }
            });
        } catch (ListenerThrew e) {
            throw (Exception) e.getCause();
        }
        if (skipped.get()) {
            logSkipped(call, message, key);
        }
        return result.get();
    }

    /** A message that comes again is nothing to talk about, another one of the same key may be one that nobody wanted to be skipped. */
    private void logSkipped(ListenerCall call, Message message, String key) {
        String recorded = recordedId(call.group(), message, key);
        if (recorded == null || recorded.equals(message.getMsgID())) {
            LOG.debug(
                    "Message was handled before: listener={}, group={}, topic={}, messageId={}, key={}",
                    call.listenerId(),
                    call.group(),
                    message.getTopic(),
                    message.getMsgID(),
                    key);
        } else {
            LOG.info(
                    "Message is skipped because another one with its key was handled: listener={}, group={}, topic={},"
                            + " tag={}, key={}, messageId={}, handled={}; if it was not sent for the same event, give"
                            + " @Idempotent a key that tells them apart, such as key=\"id\"",
                    call.listenerId(),
                    call.group(),
                    message.getTopic(),
                    message.getTag(),
                    key,
                    message.getMsgID(),
                    recorded);
        }
    }

    /** In a transaction of its own: that of the record could not commit, and some databases answer nothing more in such a one. */
    private @Nullable String recordedId(String group, Message message, String key) {
        try {
            AtomicReference<@Nullable String> id = new AtomicReference<>();
            transactions.executeWithoutResult(status -> id.set(handled.get().recordedId(group, message, key)));
            return id.get();
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("The record of a message cannot be read: group={}, key={}", group, key, e);
            return null;
        }
    }

    /** Whether the method says that the message is not handled: it comes again, or it may be replayed. */
    private static boolean isUndone(@Nullable Object result) {
        return result == Action.ReconsumeLater
                || result == OrderAction.Suspend
                || (result instanceof ConsumeOutcome && !(result instanceof ConsumeOutcome.Done));
    }

    private static @Nullable Object proceed(Next next) {
        try {
            return next.proceed();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ListenerThrew(e);
        }
    }

    private Rule rule(Method method) {
        Idempotent annotation = AnnotatedElementUtils.findMergedAnnotation(method, Idempotent.class);
        if (annotation == null) {
            return new Rule(false, null);
        }
        if (annotation.key().isBlank()) {
            return new Rule(true, null);
        }
        try {
            return new Rule(true, parser.parseExpression(annotation.key()));
        } catch (ExpressionException e) {
            throw new IllegalListenerException(
                    method,
                    "the key of @Idempotent is no expression: " + e.getMessage(),
                    "write SpEL, such as headers['id']");
        }
    }

    private String key(Rule rule, ListenerCall call, Message message) {
        Expression expression = rule.key();
        if (expression == null) {
            return message.getKey().isEmpty() ? String.valueOf(message.getMsgID()) : message.getKey();
        }
        Object key = expression.getValue(reading, new MessageView(message, mapper));
        if (key == null || key.toString().isBlank()) {
            throw new IllegalArgumentException("message has no key to be told apart by: listener=" + call.listenerId()
                    + ", expression=" + expression.getExpressionString() + ", topic=" + message.getTopic()
                    + ", messageId=" + message.getMsgID()
                    + "; send it with one, or let @Idempotent use the message's id");
        }
        return key.toString();
    }
}
