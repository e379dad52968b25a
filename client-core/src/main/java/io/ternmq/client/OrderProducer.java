package io.ternmq.client;

import java.util.concurrent.CompletableFuture;

/**
 * Sends messages whose order matters: those with equal sharding keys go to one queue, in the order in which they are sent, and
 * an {@code OrderConsumer} handles them in this order. A topic of one queue keeps the order of all its messages. Safe for
 * use by many threads; the order of sends that different threads make at the same time is nobody's.
 *
 * <p>The queue is {@code abs(shardingKey.hashCode()) mod n} of the topic's {@code n} queues, sorted by broker and number, as with
 * the ONS SDK. Two things follow:
 *
 * <ul>
 *   <li>A send that fails is never tried at another queue, for that would break the order. It may be tried again by the
 *       application, which should not send later messages of the key before.
 *   <li>While the number of queues changes, or a broker of several is away, keys move to other queues: a key's messages before and after the
 *       change are in different queues. Where that matters, let consumers finish the old messages first.
 * </ul>
 */
public interface OrderProducer extends Admin {

    /**
     * Sends and waits until the broker has stored the message.
     *
     * @param shardingKey messages of the same key stay in order; not blank. It becomes the message's sharding key.
     * @throws MQClientException if the message is illegal or the key is blank (code 13), the topic does not exist (code
     *     17), the broker refuses, or nobody answers in time
     */
    SendResult send(Message message, String shardingKey);

    /**
     * Sends without blocking for the answer; the order is that of the calls. Only the first send to a topic waits, for the topic's queues.
     * All errors arrive in the future, as {@link MQClientException}.
     */
    CompletableFuture<SendResult> sendAsync(Message message, String shardingKey);

    /**
     * Sends to a queue that the application chooses, and waits until the broker has stored the message. The order is kept for each queue.
     *
     * @throws MQClientException as {@link #send(Message, String)}; also if the selector fails or chooses a queue that is not among the topic's (code 13)
     */
    SendResult send(Message message, QueueSelector selector);

    /** Sends to a queue that the application chooses, without blocking for the answer; otherwise as {@link #sendAsync(Message, String)}. */
    CompletableFuture<SendResult> sendAsync(Message message, QueueSelector selector);
}
