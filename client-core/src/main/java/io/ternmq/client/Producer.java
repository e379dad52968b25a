package io.ternmq.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/**
 * Sends messages. Safe for use by many threads; one producer for an application is enough.
 *
 * <p>Every send gives the message its id ({@link Message#getMsgID()}) before it returns, tries another queue or broker
 * when one does not answer or refuses, and is over, one way or the other, when the configured send timeout has passed.
 *
 * <p>A single message with a sharding key ({@link Message#setShardingKey}) goes to the queue of that key, as an {@link OrderProducer} sends
 * it, and to no other: messages of a key stay in order. Oneway sends and batches do not look at it.
 */
public interface Producer extends Admin {

    /**
     * Sends and waits until the broker has stored the message.
     *
     * @throws MQClientException if the message is illegal (code 13), the topic does not exist (code 17), the broker
     *     refuses, or nobody answers in time; the message says which and what to do
     */
    SendResult send(Message message);

    /**
     * Sends several messages of one topic to one queue in one request: all are stored, in the given order, or none. What
     * exceeds the maximum message size together is split into several requests, sent one after the other.
     *
     * @return one result for each message, in the given order
     * @throws MQClientException as {@link #send(Message)}; also if the messages are of several topics or are timed (code
     *     13). Of a split batch it says how many of the first messages are stored.
     */
    List<SendResult> send(Collection<Message> messages);

    /** Sends without waiting for an answer: nobody learns whether the broker has stored the message. */
    void sendOneway(Message message);

    /**
     * Sends without blocking for the answer; {@code sendCallback} is called exactly once. The call itself waits when as
     * many messages are in flight as the producer allows (see {@link ProducerConfig#maxInFlight()}).
     *
     * @throws MQClientException if the message is illegal or the producer is not started; then there is no callback
     */
    void sendAsync(Message message, SendCallback sendCallback);

    /**
     * Sends without blocking for the answer. All errors, also those of an illegal message, arrive in the future, as
     * {@link MQClientException}.
     */
    CompletableFuture<SendResult> sendAsync(Message message);

    /** The asynchronous form of {@link #send(Collection)}. */
    CompletableFuture<List<SendResult>> sendAsync(Collection<Message> messages);

    /**
     * Takes a message back that waits for its delivery time, and waits for what became of it.
     *
     * @param topic the message's topic
     * @param recallHandle {@link SendResult#getRecallHandle()} of the send
     * @throws MQClientException if the handle is none of the topic (code 29), the broker cannot do it, or nobody answers in time; then the
     *     message may still be delivered
     */
    RecallOutcome recall(String topic, String recallHandle);

    /**
     * Lets a message that waits for its delivery time be delivered at another time instead, in one step: neither is it lost nor delivered
     * twice. A time in the past means at once. Only TernMQ brokers can do that.
     *
     * @param topic the message's topic
     * @param recallHandle of the send, or of the reschedule before
     * @throws MQClientException as {@link #recall}; also if the time is too far ahead (code 13), or the broker is a genuine Apache RocketMQ
     *     broker; then the message keeps its time
     */
    RescheduleResult reschedule(String topic, String recallHandle, Instant deliverAt);

    /**
     * Sends a request and waits for the reply that a consumer of the topic sends by {@link #reply}. Whoever gets no reply in time may ask again, and must
     * expect that the request is answered twice.
     *
     * @param timeout for both ways together
     * @throws MQClientException as {@link #send(Message)}; also if no reply has come in time
     */
    Message request(Message message, Duration timeout);

    /** The asynchronous form of {@link #request}; all errors arrive in the future. */
    CompletableFuture<Message> requestAsync(Message message, Duration timeout);

    /**
     * Replies to a request, usually in the listener that has received it.
     *
     * @param request the message as the listener got it
     * @param reply body, and if wanted tag, key and user properties; its topic is set by this method
     * @return of its values only the message id means something: a reply is not stored
     * @throws MQClientException as {@link #send(Message)}; with code 13 if the message was not sent as a request, with code 1 if nobody waits for
     *     the reply any more
     */
    SendResult reply(Message request, Message reply);

    /** The asynchronous form of {@link #reply}, for listeners that must not wait; all errors arrive in the future. */
    CompletableFuture<SendResult> replyAsync(Message request, Message reply);

    /**
     * Makes callbacks and the completion of futures run on {@code callbackExecutor} instead of an I/O thread. The
     * executor stays the caller's to shut down.
     */
    void setCallbackExecutor(ExecutorService callbackExecutor);
}
