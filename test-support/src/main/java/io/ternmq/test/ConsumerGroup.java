package io.ternmq.test;

import io.ternmq.broker.Inspection;
import io.ternmq.broker.schedule.WaitingMessage;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.StoredMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a consumer group has done with its messages. It asks the broker and the members of the group, so that nobody has to wait for a commit.
 * Immutable; each look is a new one.
 */
public final class ConsumerGroup {

    private final String name;
    private final Duration patience;
    private final Inspection inspection;

    ConsumerGroup(String name, Duration patience, Inspection inspection) {
        this.name = name;
        this.patience = patience;
        this.inspection = inspection;
    }

    /** The same, waiting for another time than thirty seconds. */
    public ConsumerGroup within(Duration time) {
        return new ConsumerGroup(name, time, inspection);
    }

    /** The messages that the group has not handled yet, now. */
    public List<PublishedMessage> unhandled() {
        return inspection.unhandled(name).stream().map(ConsumerGroup::here).toList();
    }

    /**
     * Waits until the group has handled all that it can get now: a listener has committed each message, or has failed and given it back. One
     * that was given back waits for its time, see {@link #retries()}.
     *
     * @throws AssertionError if it does not come so far, or nobody of the group is online; it tells which messages are left
     */
    public ConsumerGroup awaitHandled() {
        Waiting.until(
                patience,
                () -> inspection.isOnline(name),
                online -> online,
                offline -> "nobody of the group is online: group=" + name + ", waited=" + patience);
        Waiting.until(
                patience,
                this::unhandled,
                List::isEmpty,
                left -> "the group has not handled all: group=" + name
                        + ", left=" + left.size() + ", waited=" + patience
                        + left.stream()
                                .map(message -> System.lineSeparator() + "  " + message)
                                .collect(Collectors.joining()));
        return this;
    }

    /**
     * Waits until the group has consumed everything: all is handled, and nothing waits to come again.
     *
     * @throws AssertionError if it does not come so far; it tells which messages are left
     */
    public ConsumerGroup awaitConsumed() {
        awaitHandled();
        List<PublishedMessage> again = retries().now();
        if (!again.isEmpty()) {
            throw new AssertionError("messages of the group wait to come again: group=" + name + ", retries=" + again
                    + "; let the time come by advanceTimers");
        }
        return this;
    }

    /** The messages that have failed and wait until it is time to come again. */
    public PublishedMessages retries() {
        return new PublishedMessages(
                "retries of group=" + name,
                patience,
                () -> Stream.concat(
                                waiting(inspection, ResourceNames.retryTopic(name)).stream(),
                                inspection.givenBack(name).stream().map(ConsumerGroup::later))
                        .toList());
    }

    /** The messages that have failed for good. */
    public PublishedMessages deadLetters() {
        return new PublishedMessages(
                "dead letters of group=" + name,
                patience,
                () -> inspection.messages(ResourceNames.deadLetterTopic(name)).stream()
                        .map(ConsumerGroup::here)
                        .toList());
    }

    static List<PublishedMessage> waiting(Inspection inspection, String topic) {
        return inspection.waiting(topic).stream().map(ConsumerGroup::later).toList();
    }

    private static PublishedMessage later(WaitingMessage waiting) {
        return PublishedMessage.of(waiting.topic(), waiting.record(), Instant.ofEpochMilli(waiting.deliverAt()));
    }

    static PublishedMessage here(StoredMessage message) {
        return PublishedMessage.of(message.topic(), message, null);
    }
}
