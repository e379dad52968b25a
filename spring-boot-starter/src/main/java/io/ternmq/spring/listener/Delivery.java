package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to a method, and what is found out about them on the way. For one call; its thread alone, except
 * for the acknowledgement.
 */
final class Delivery {

    private final String group;
    private final List<Message> messages;
    private final @Nullable ConsumeContext context;
    private final @Nullable ConsumeOrderContext orderContext;
    private final @Nullable Throwable[] failures;
    private final @Nullable ConsumeOutcome[] outcomes;
    private @Nullable Throwable thrown;
    private @Nullable Throwable uncallable;
    private @Nullable Throwable failedInApplication;
    private List<Integer> handed;
    private boolean sent;
    private @Nullable String endOfTries;
    private @Nullable Decisions acknowledgement;

    private Delivery(
            String group,
            List<Message> messages,
            @Nullable ConsumeContext context,
            @Nullable ConsumeOrderContext orderContext) {
        this.group = group;
        this.messages = messages;
        this.context = context;
        this.orderContext = orderContext;
        this.failures = new Throwable[messages.size()];
        this.outcomes = new ConsumeOutcome[messages.size()];
        this.handed = IntStream.range(0, messages.size()).boxed().toList();
    }

    static Delivery of(List<Message> messages, ConsumeContext context) {
        return new Delivery(context.getGroupId(), messages, context, null);
    }

    static Delivery inOrder(Message message, ConsumeOrderContext context) {
        return new Delivery(context.getGroupId(), List.of(message), null, context);
    }

    String group() {
        return group;
    }

    List<Message> messages() {
        return messages;
    }

    Message message() {
        return messages.get(0);
    }

    /** The client's context; in order one that only tells the group. */
    ConsumeContext context() {
        return context == null ? () -> group : context;
    }

    /** The client's context for a listener in order; {@code null} for another. */
    @Nullable
    ConsumeOrderContext orderContext() {
        return orderContext == null ? null : new OrderContext(this, orderContext);
    }

    /** The method says by the client's context that what is not done is a dead letter. */
    void endTries(String reason) {
        endOfTries = reason;
    }

    /** What becomes of a message for which this was decided, if the method has not ended the tries. */
    ConsumeOutcome unlessEnded(ConsumeOutcome outcome) {
        String reason = endOfTries;
        return reason != null && outcome instanceof ConsumeOutcome.Retry ? ConsumeOutcome.deadLetter(reason) : outcome;
    }

    /** One message cannot be handed over; the others can. */
    void failed(int index, Throwable cause) {
        failures[index] = cause;
    }

    @Nullable
    Throwable failure(int index) {
        return failures[index];
    }

    /** The method cannot be called with this message, now or later; unless it was the application that failed before the call. */
    void uncallable(Throwable cause) {
        if (cause != failedInApplication) {
            uncallable = cause;
        }
    }

    /** The application's own code has failed before the call, and may succeed later. */
    void failedInApplication(Throwable cause) {
        failedInApplication = cause;
    }

    boolean isUncallable(Throwable cause) {
        return cause == uncallable;
    }

    /** The call has failed, or could not be made. */
    void threw(Throwable cause) {
        thrown = cause;
    }

    /** It is decided what becomes of one message. */
    ConsumeOutcome settle(int index, ConsumeOutcome outcome) {
        ConsumeOutcome last = unlessEnded(outcome);
        outcomes[index] = last;
        return last;
    }

    /** What becomes of all messages; those for which that could not be decided come again. */
    ListenerOutcome outcome() {
        Throwable failure = thrown;
        for (int i = 0; failure == null && i < failures.length; i++) {
            failure = failures[i];
        }
        List<ConsumeOutcome> settled = new ArrayList<>(outcomes.length);
        for (ConsumeOutcome outcome : outcomes) {
            settled.add(outcome == null ? ConsumeOutcome.retry() : outcome);
        }
        return new ListenerOutcome(settled, failure, thrown != null);
    }

    /** The result of the call has been sent. */
    void sent() {
        sent = true;
    }

    boolean isSent() {
        return sent;
    }

    /** What the listener says about one message by its context, before it is settled. */
    void decide(int index, ConsumeOutcome outcome) {
        outcomes[index] = outcome;
    }

    /** What was said about one message, by the context or by the acknowledgement; {@code null} if nothing was. */
    @Nullable
    ConsumeOutcome decision(int index) {
        Decisions decisions = acknowledgement;
        int place = decisions == null ? -1 : handed.indexOf(index);
        return place < 0 || decisions == null ? outcomes[index] : decisions.of(place);
    }

    /** The messages that have not failed go to the method. */
    void handOver() {
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (failures[i] == null) {
                indexes.add(i);
            }
        }
        handed = List.copyOf(indexes);
    }

    /** Where the messages that the method was given are in the whole delivery. */
    List<Integer> handed() {
        return handed;
    }

    /** Asked for by the method, which then decides by it. */
    Decisions acknowledgement() {
        Decisions current = acknowledgement;
        if (current == null) {
            current = new Decisions(handed.size());
            acknowledgement = current;
        }
        return current;
    }

    /** What the method has decided by its acknowledgement, or {@code null} if it has none. */
    @Nullable
    Decisions decisions() {
        return acknowledgement;
    }
}
