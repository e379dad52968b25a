package io.ternmq.stream.inbound;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.TopicPartition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sends what cannot be handled to dead-letter topics, with the reason. One for a binder; its producer is made when it is first needed. Thread-safe. */
public final class DeadLetters implements AutoCloseable {

    /** User properties of a dead letter begin with this. */
    public static final String PREFIX = "dead-letter-";

    /** The topic it was received from. */
    public static final String TOPIC = PREFIX + "topic";

    /** The group that could not handle it. */
    public static final String GROUP = PREFIX + "group";

    /** The queue it was received from, {@code broker#number}. */
    public static final String QUEUE = PREFIX + "queue";

    /** Its offset there. */
    public static final String OFFSET = PREFIX + "offset";

    /** Its id; the dead letter is a new message and has another one. */
    public static final String MESSAGE_ID = PREFIX + "message-id";

    /** The class of the exception at the bottom. */
    public static final String EXCEPTION = PREFIX + "exception";

    /** The message of the exception at the bottom, cut if it is long. */
    public static final String REASON = PREFIX + "reason";

    private static final int LONGEST_REASON = 1024;

    private final ClientConfig client;
    private @Nullable Producer producer;

    public DeadLetters(ClientConfig client) {
        this.client = client;
    }

    /**
     * Sends a copy and waits until it is stored.
     *
     * @throws MQClientException if it is not; then the message must not count as done
     */
    void send(String topic, String group, Message failed, Throwable failure) {
        Message letter = new Message(topic, failed.getTag(), failed.getKey(), failed.getBody());
        letter.getUserProperties().putAll(failed.getUserProperties());
        letter.setShardingKey(failed.getShardingKey());
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        put(letter, TOPIC, failed.getTopic());
        put(letter, GROUP, group);
        TopicPartition queue = failed.getTopicPartition();
        put(letter, QUEUE, queue == null ? null : queue.getPartition());
        put(letter, OFFSET, Long.toString(failed.getOffset()));
        put(letter, MESSAGE_ID, failed.getMsgID());
        put(letter, EXCEPTION, reason.getClass().getName());
        put(letter, REASON, reason.getMessage());
        requireProducer().send(letter);
    }

    private static void put(Message letter, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            String legal = value.replaceAll("\\p{Cntrl}", " ");
            letter.putUserProperties(
                    name, legal.length() > LONGEST_REASON ? legal.substring(0, LONGEST_REASON) : legal);
        }
    }

    private synchronized Producer requireProducer() {
        if (producer == null) {
            Producer fresh =
                    MQFactory.createProducer(ProducerConfig.builder(client, "dead-letters-" + UUID.randomUUID())
                            .build());
            try {
                fresh.start();
            } catch (MQClientException e) {
                fresh.shutdown();
                throw e;
            }
            producer = fresh;
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.shutdown();
            producer = null;
        }
    }
}
