package io.ternmq.stream.inbound;

import io.ternmq.client.Message;
import io.ternmq.client.MessageSelector;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A binding, as the member of its group sees it. */
interface Receiver {

    /** What to call it in messages. */
    String describe();

    /** The topics whose messages it wants. */
    List<String> topics();

    /** Which of their messages it wants. */
    MessageSelector selector();

    /** How many messages, or batches, it handles at the same time. */
    int concurrency();

    /** Hands messages on; called on the consumer's threads. Throws nothing. */
    Outcome receive(List<Message> messages);

    /**
     * What has become of messages.
     *
     * @param done how many of the first are done
     * @param redeliverAfter when the others come again; {@code null} leaves it to the broker
     */
    record Outcome(int done, @Nullable Duration redeliverAfter) {}
}
