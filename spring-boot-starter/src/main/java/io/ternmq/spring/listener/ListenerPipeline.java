package io.ternmq.spring.listener;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of messages from the client to a method and of its outcome back: interceptors → method → what it began, awaited →
 * reply; and of what was thrown: policy → report. Scopes are around all of it. Stateless but for the waits that are under way; called by the threads of its
 * consumer.
 */
final class ListenerPipeline {

    private static final Duration SHORTEST_SUSPEND = Duration.ofMillis(10);
    private static final Duration LONGEST_SUSPEND = Duration.ofSeconds(30);

    private final String listenerId;
    private final ListenerTarget target;
    private final ListenerServices services;
    private final FailurePolicy policy;
    private final Awaiting awaiting;

    ListenerPipeline(
            String listenerId,
            ListenerTarget target,
            ListenerServices services,
            List<RetryRule> rules,
            ConsumerConfig config) {
        this.listenerId = listenerId;
        this.target = target;
        this.services = services;
        this.policy =
                new FailurePolicy(services.errorHandler(), rules, target.kind().limit(config));
        // In order nothing may overtake a message whose listener is still at it.
        this.awaiting = new Awaiting(target.kind() == ListenerKind.ORDERED ? null : config.consumeTimeout());
    }

    Action consume(Message message, ConsumeContext context) {
        ConsumeOutcome outcome = one(Delivery.of(List.of(message), context));
        if (outcome instanceof ConsumeOutcome.Done) {
            return Action.CommitMessage;
        }
        if (outcome instanceof ConsumeOutcome.DeadLetter dead) {
            context.deadLetter(dead.reason());
        } else if (outcome instanceof ConsumeOutcome.Retry retry && retry.delay() != null) {
            context.retryAfter(retry.delay());
        }
        return Action.ReconsumeLater;
    }

    OrderAction consumeInOrder(Message message, ConsumeOrderContext context) {
        ConsumeOutcome outcome = one(Delivery.inOrder(message, context));
        if (outcome instanceof ConsumeOutcome.Done) {
            return OrderAction.Success;
        }
        if (outcome instanceof ConsumeOutcome.DeadLetter dead) {
            context.deadLetter(dead.reason());
        } else if (outcome instanceof ConsumeOutcome.Retry retry && retry.delay() != null) {
            context.suspendFor(withinLimits(retry.delay()));
        }
        return OrderAction.Suspend;
    }

    private static Duration withinLimits(Duration delay) {
        if (delay.compareTo(SHORTEST_SUSPEND) < 0) {
            return SHORTEST_SUSPEND;
        }
        return delay.compareTo(LONGEST_SUSPEND) > 0 ? LONGEST_SUSPEND : delay;
    }

    Action consumeBatch(List<Message> messages, ConsumeContext context) {
        Delivery delivery = Delivery.of(List.copyOf(messages), context);
        OpenScopes scopes = OpenScopes.around(listenerId, delivery, services.scopes());
        try {
            return several(delivery, context);
        } finally {
            scopes.close(delivery);
        }
    }

    /** Settles each message of a batch. */
    private Action several(Delivery delivery, ConsumeContext context) {
        Object result;
        Throwable thrown = null;
        try {
            result = run(delivery);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            result = null;
            thrown = FailurePolicy.rootOf(interrupted(e));
        }
        boolean allDone = true;
        for (int i = 0; i < delivery.messages().size(); i++) {
            ConsumeOutcome outcome = delivery.settle(i, outcome(delivery, i, result, thrown));
            allDone &= outcome instanceof ConsumeOutcome.Done;
            // Where nothing is said about the time, the context's own word counts.
            if (!(outcome instanceof ConsumeOutcome.Retry retry && retry.delay() == null)) {
                context.setOutcome(i, outcome);
            }
        }
        return allDone ? Action.CommitMessage : Action.ReconsumeLater;
    }

    private ConsumeOutcome outcome(Delivery delivery, int index, @Nullable Object result, @Nullable Throwable thrown) {
        Message message = delivery.messages().get(index);
        Throwable unreadable = delivery.failure(index);
        if (unreadable != null) {
            return failed(delivery, message, unreadable, true);
        }
        int place = delivery.handed().indexOf(index);
        if (thrown instanceof BatchFailedException some) {
            Throwable cause = some.failures().get(place);
            return cause == null
                    ? ConsumeOutcome.done()
                    : failed(delivery, message, FailurePolicy.rootOf(cause), false);
        }
        if (thrown != null) {
            return failed(delivery, message, thrown, delivery.isUncallable(thrown));
        }
        ConsumeOutcome decision = delivery.decision(index);
        if (decision != null) {
            return policy.again(message, decision);
        }
        Object own = result instanceof List<?> several && place < several.size() ? several.get(place) : result;
        return policy.again(message, meaning(own));
    }

    private ConsumeOutcome one(Delivery delivery) {
        OpenScopes scopes = OpenScopes.around(listenerId, delivery, services.scopes());
        try {
            return delivery.settle(0, outcome(delivery));
        } finally {
            scopes.close(delivery);
        }
    }

    /** Runs a delivery of one message to its end. */
    private ConsumeOutcome outcome(Delivery delivery) {
        Message message = delivery.message();
        try {
            Object result = run(delivery);
            ConsumeOutcome decision = delivery.decision(0);
            return policy.again(message, decision == null ? meaning(result) : decision);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            Throwable cause = FailurePolicy.rootOf(interrupted(e));
            ReplySender replies = services.replies();
            if (replies != null && isAwaited(delivery) && replies.answer(message, cause)) {
                FailureReport.logAnswered(new ListenerFailure(
                        listenerId, delivery.group(), message, cause, delivery.isUncallable(cause)));
                return ConsumeOutcome.done();
            }
            return failed(delivery, message, cause, delivery.isUncallable(cause));
        }
    }

    /**
     * Whether somebody may still learn by an answer that the call has failed. An interceptor may fail when the result is sent already, as a transaction that
     * cannot commit does; then, and when the message comes again for it, an answer would end the matter without anybody knowing.
     */
    private static boolean isAwaited(Delivery delivery) {
        return !delivery.isSent() && delivery.message().getReconsumeTimes() == 0;
    }

    /** Tells the thread again of an interruption that was caught. */
    static Throwable interrupted(Throwable thrown) {
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return thrown;
    }

    private ConsumeOutcome failed(Delivery delivery, Message message, Throwable cause, boolean fatal) {
        ListenerFailure failure = new ListenerFailure(listenerId, delivery.group(), message, cause, fatal);
        ConsumeOutcome outcome = delivery.unlessEnded(policy.decide(failure));
        FailureReport.log(failure, outcome);
        return outcome;
    }

    private static ConsumeOutcome meaning(@Nullable Object result) {
        if (result instanceof ConsumeOutcome outcome) {
            return outcome;
        }
        return result == Action.ReconsumeLater || result == OrderAction.Suspend
                ? ConsumeOutcome.retry()
                : ConsumeOutcome.done();
    }

    private @Nullable Object run(Delivery delivery) throws Exception {
        try {
            return call(delivery);
        } catch (Throwable e) {
            delivery.threw(FailurePolicy.rootOf(e));
            throw e;
        }
    }

    private @Nullable Object call(Delivery delivery) throws Exception {
        Callee callee;
        try {
            callee = target.callee(delivery.message());
        } catch (NoHandlerException e) {
            delivery.uncallable(e);
            throw e;
        }
        if (services.interceptors().isEmpty()) {
            return invoke(callee, delivery);
        }
        ListenerCall call =
                new ListenerCall(listenerId, delivery.group(), callee.bean(), callee.method(), delivery.messages());
        Object result = next(0, call, callee, delivery).proceed();
        // An interceptor may have given an answer where the method failed, or was not called.
        send(callee, delivery, result);
        return result;
    }

    private ListenerInterceptor.Next next(int index, ListenerCall call, Callee callee, Delivery delivery) {
        List<ListenerInterceptor> interceptors = services.interceptors();
        return index == interceptors.size()
                ? () -> invoke(callee, delivery)
                : () -> interceptors.get(index).around(call, next(index + 1, call, callee, delivery));
    }

    private @Nullable Object invoke(Callee callee, Delivery delivery) throws Exception {
        Object result = awaiting.value(callee.call(delivery));
        Decisions decisions = delivery.decisions();
        if (decisions != null) {
            awaiting.await(decisions.complete());
        }
        send(callee, delivery, result);
        return result;
    }

    /** Sends what is to be sent, once for each delivery. */
    private void send(Callee callee, Delivery delivery, @Nullable Object result) {
        ReplySender replies = services.replies();
        if (result != null && replies != null && !isOutcome(result) && !delivery.isSent()) {
            replies.send(delivery, callee.sendTo(), result);
            delivery.sent();
        }
    }

    private boolean isOutcome(Object result) {
        return result instanceof Action
                || result instanceof OrderAction
                || result instanceof ConsumeOutcome
                || (target.kind() == ListenerKind.BATCH
                        && result instanceof List<?> several
                        && !several.isEmpty()
                        && isOutcome(several.get(0)));
    }

    /** Ends what methods have begun and not completed; for a consumer whose time to stop is over. */
    void abandon() {
        awaiting.abandon();
    }
}
