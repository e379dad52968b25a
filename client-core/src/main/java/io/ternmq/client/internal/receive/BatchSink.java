package io.ternmq.client.internal.receive;

import io.ternmq.client.Action;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.trace.TraceRecord.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a listener several messages of its topic at once: whatever waits when a thread is free. The pieces of work of the
 * pool are topics; each stands for at least one batch that is waiting, or that another thread has taken already.
 */
final class BatchSink extends UnorderedSink<String> {

    private static final Logger LOGGER = LoggerFactory.getLogger(BatchSink.class);

    private final Unpacking<BatchMessageListener> unpacking;
    private final Map<String, Queue<Entry>> waiting = new ConcurrentHashMap<>();

    BatchSink(
            ConsumerConfig config, ClientInstance client, Function<String, @Nullable BatchMessageListener> listeners) {
        super(config, client);
        this.unpacking = new Unpacking<>(config.groupId(), listeners);
    }

    @Override
    public void accept(ProcessQueue queue, List<Entry> entries) {
        String topic = "";
        int count = 0;
        for (Entry entry : entries) {
            String next = MessageCodec.originalTopic(entry.stored());
            if (count > 0 && (count == config.consumeBatchSize() || !next.equals(topic))) {
                submit(topic);
                count = 0;
            }
            topic = next;
            waiting(topic).add(entry);
            count++;
        }
        if (count > 0) {
            submit(topic);
        }
    }

    @Override
    void again(Entry entry) {
        accept(entry.queue(), List.of(entry));
    }

    private Queue<Entry> waiting(String topic) {
        return waiting.computeIfAbsent(topic, absent -> new ConcurrentLinkedQueue<>());
    }

    @Override
    void run(String topic) {
        List<Entry> entries = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        Queue<Entry> queue = waiting(topic);
        while (messages.size() < config.consumeBatchSize()) {
            Entry entry = queue.poll();
            if (entry == null) {
                break;
            }
            if (!entry.begin()) {
                entry.discard();
                continue;
            }
            Message message = unpacking.message(entry);
            if (message == null) {
                settle(entry, ConsumeOutcome.retry());
            } else {
                entries.add(entry);
                messages.add(message);
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        BatchMessageListener listener = unpacking.listener(topic, entries.get(0));
        Handling handling = new Handling(config.groupId());
        int done = listener == null ? 0 : consume(topic, messages, listener, handling);
        for (int i = 0; i < entries.size(); i++) {
            settle(entries.get(i), handling.outcome(i, i < done));
        }
    }

    /** Tells how many of the messages are done. Whatever a listener throws is its failure, not this thread's. */
    private int consume(String topic, List<Message> messages, BatchMessageListener listener, Handling handling) {
        List<@Nullable ConsumeTrace> traces = new ArrayList<>(messages.size());
        messages.forEach(message -> traces.add(ConsumeTrace.begin(tracer, config.groupId(), message)));
        try {
            // The listener may do with its list what it likes.
            Action action = listener.consume(new ArrayList<>(messages), handling);
            traces.forEach(trace -> ConsumeTrace.end(trace, ConsumeTrace.outcome(action, Action.CommitMessage)));
            if (action == Action.CommitMessage) {
                return Math.min(messages.size() - 1, handling.acknowledgeIndex()) + 1;
            }
            LOGGER.debug(
                    "a listener asks for messages again: group={}, topic={}, count={}",
                    config.groupId(),
                    topic,
                    messages.size());
        } catch (Throwable e) {
            traces.forEach(trace -> ConsumeTrace.end(trace, Outcome.EXCEPTION));
            LOGGER.warn(
                    "a listener has failed: group={}, topic={}, count={}, firstMessageId={}; the messages are delivered"
                            + " again later",
                    config.groupId(),
                    topic,
                    messages.size(),
                    messages.get(0).getMsgID(),
                    e);
        }
        return 0;
    }
}
